using System.Text.Json;

namespace Innate.Verifiers.Instructions;

/// <summary>How often a text occurs, without overlaps: <c>{"kind": "count", "text": ",", "exactly": 3}</c>.</summary>
/// <param name="Text">The text.</param>
/// <param name="Bound">How often.</param>
internal sealed record TextCount(string Text, CountBound Bound) : InstructionRule(Name)
{
    /// <summary>Its name in rows.</summary>
    public const string Name = "count";

    /// <inheritdoc/>
    public override string Words => $"Use {Text} {Bound} times.";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer) => WriteBoth(writer);

    /// <inheritdoc/>
    protected override bool HoldsOf(string text) => Bound.Holds(Count(text));

    private int Count(string text)
    {
        int count = 0;
        for (int at = 0; (at = text.IndexOf(Text, at, StringComparison.Ordinal)) >= 0; at += Text.Length) count++;
        return count;
    }

    private void WriteBoth(Utf8JsonWriter writer)
    {
        writer.WriteString("text", Text);
        Bound.Write(writer);
    }
}
