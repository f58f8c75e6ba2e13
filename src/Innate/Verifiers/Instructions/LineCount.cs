using System.Text.Json;

namespace Innate.Verifiers.Instructions;

/// <summary>How many lines the response has, blank ones aside: <c>{"kind": "lines", "at_least": 2}</c>.</summary>
/// <param name="Bound">How many.</param>
internal sealed record LineCount(CountBound Bound) : InstructionRule(Name)
{
    /// <summary>Its name in rows.</summary>
    public const string Name = "lines";

    /// <inheritdoc/>
    public override string Words => $"Write {Bound} lines.";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer) => Bound.Write(writer);

    /// <inheritdoc/>
    protected override bool HoldsOf(string text) => Bound.Holds(text.Split('\n').Count(l => !string.IsNullOrWhiteSpace(l)));
}
