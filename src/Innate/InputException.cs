namespace Innate;

/// <summary>
/// What the user handed in cannot be used: a file, a field, an option or a row. The message is one sentence that names the
/// place, what was expected and what was found; the command line prints it and exits with code 2.
/// </summary>
public sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
