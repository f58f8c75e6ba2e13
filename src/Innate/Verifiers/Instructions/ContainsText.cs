using System.Text.Json;

namespace Innate.Verifiers.Instructions;

/// <summary>The response holds a text, whatever the letter case: <c>{"kind": "contains", "text": "because"}</c>.</summary>
/// <param name="Text">The text.</param>
internal sealed record ContainsText(string Text) : InstructionRule(Name)
{
    /// <summary>Its name in rows.</summary>
    public const string Name = "contains";

    /// <inheritdoc/>
    public override string Words => $"Use the text {Text}.";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer) => writer.WriteString("text", Text);

    /// <inheritdoc/>
    protected override bool HoldsOf(string text) => text.Contains(Text, StringComparison.OrdinalIgnoreCase);
}
