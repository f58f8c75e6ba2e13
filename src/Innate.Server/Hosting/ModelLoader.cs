using Innate.Server.Models;

namespace Innate.Server.Hosting;

/// <summary>Loads the model.</summary>
/// <param name="folder">Another folder than the options'; null: that one.</param>
internal delegate ServedModel ModelLoader(string? folder);
