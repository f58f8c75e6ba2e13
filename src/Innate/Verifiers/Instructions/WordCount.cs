using System.Text.Json;

namespace Innate.Verifiers.Instructions;

/// <summary>How many words the response has, as white space cuts it: <c>{"kind": "words", "at_most": 8}</c>.</summary>
/// <param name="Bound">How many.</param>
internal sealed record WordCount(CountBound Bound) : InstructionRule(Name)
{
    /// <summary>Its name in rows.</summary>
    public const string Name = "words";

    /// <inheritdoc/>
    public override string Words => $"Write {Bound} words.";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer) => Bound.Write(writer);

    /// <inheritdoc/>
    protected override bool HoldsOf(string text) =>
        Bound.Holds(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length);
}
