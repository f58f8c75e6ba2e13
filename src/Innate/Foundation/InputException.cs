namespace Innate.Foundation;

/// <summary>
/// What the user handed in cannot be used: a file, a field, a setting or a row. The message is one sentence that names the place,
/// what was expected and what was found; the command line prints it and exits with code 2, the server answers it with status 400.
/// </summary>
/// <remarks>
/// Where the fault lies with settings, <see cref="Problems"/> names each by the property of the settings record. A caller that
/// knows the setting under another name (the command by an option, the server by a field of JSON) says it in its own words with
/// <see cref="MessageFor"/>.
/// </remarks>
public sealed class InputException : Exception
{
    /// <summary>A fault that is told in one sentence.</summary>
    /// <param name="message">The place, what was expected, what was found.</param>
    /// <param name="inner">What it was found by; null: nothing else.</param>
    public InputException(string message, Exception? inner = null)
        : base(OneSentence.Of(message), inner) => Problems = [];

    /// <summary>A fault of one setting.</summary>
    /// <param name="field">The property, such as <c>LearningRate</c>.</param>
    /// <param name="expected">What it takes; other properties stand in braces, such as <c>none beside {Raw}</c>.</param>
    /// <param name="found">What it was.</param>
    /// <param name="inner">What it was found by; null: nothing else.</param>
    public InputException(string field, string expected, string found, Exception? inner = null)
        : this([new InputProblem(field, expected, found)], inner)
    {
    }

    /// <summary>Faults of several settings, so that one run tells all.</summary>
    /// <param name="problems">At least one.</param>
    /// <param name="inner">What they were found by; null: nothing else.</param>
    public InputException(IReadOnlyList<InputProblem> problems, Exception? inner = null)
        : base(Sentence(problems, field => field), inner) => Problems = problems;

    /// <summary>The settings at fault; empty where the message is all there is.</summary>
    public IReadOnlyList<InputProblem> Problems { get; }

    /// <summary>The message with the settings under the caller's own names.</summary>
    /// <param name="name">From a property's name to the caller's, such as <c>LearningRate</c> to <c>--learning-rate</c>.</param>
    public string MessageFor(Func<string, string> name) => Problems.Count == 0 ? Message : Sentence(Problems, name);

    /// <summary>
    /// The same fault as a part of a larger setting: a problem with <c>Gamma</c> within <c>Scorers: endogenous</c>.
    /// </summary>
    /// <param name="field">The larger setting.</param>
    internal InputException Within(string field) => Problems.Count == 0
        ? new InputException(field, "a value in range", Message.TrimEnd('.'), this)
        : new InputException(
            [.. Problems.Select(p => p with { Field = $"{field}: {char.ToLowerInvariant(p.Field[0])}{p.Field[1..]}" })], this);

    private static string Sentence(IReadOnlyList<InputProblem> problems, Func<string, string> name) =>
        OneSentence.WithoutControls($"{string.Join("; ", problems.Select(p => p.Text(name)))}.");
}

/// <summary>One setting at fault.</summary>
/// <param name="Field">The property; a part of it after a colon, such as <c>Rewards: http</c>, is told as it is.</param>
/// <param name="Expected">What it takes; other properties stand in braces.</param>
/// <param name="Found">What it was.</param>
public sealed record InputProblem(string Field, string Expected, string Found)
{
    /// <summary>"field: expected this, found that", without a full stop.</summary>
    /// <param name="name">From a property's name to the caller's.</param>
    public string Text(Func<string, string> name)
    {
        int colon = Field.IndexOf(':', StringComparison.Ordinal);
        string field = colon < 0 ? name(Field) : name(Field[..colon]) + Field[colon..];
        return $"{field}: expected {Named(Expected, name)}, found {OneSentence.Shortened(Found)}";
    }

    // Only names of properties stand in braces; any other brace is text.
    private static string Named(string text, Func<string, string> name)
    {
        int from = 0;
        while (text.IndexOf('{', from) is var open and >= 0)
        {
            int close = text.IndexOf('}', open);
            if (close < 0) break;
            string inner = text[(open + 1)..close];
            if (inner.Length == 0 || !char.IsAsciiLetterUpper(inner[0]) || !inner.All(char.IsAsciiLetterOrDigit))
            {
                from = open + 1;
                continue;
            }

            string told = name(inner);
            text = string.Concat(text.AsSpan(0, open), told, text.AsSpan(close + 1));
            from = open + told.Length;
        }

        return text;
    }
}
