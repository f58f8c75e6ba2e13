using System.Text.Json;

namespace Innate.Verifiers.Instructions;

/// <summary>The response does not hold a text, whatever the letter case: <c>{"kind": "excludes", "text": "**"}</c>.</summary>
/// <param name="Text">The text.</param>
internal sealed record ExcludesText(string Text) : InstructionRule(Name)
{
    /// <summary>Its name in rows.</summary>
    public const string Name = "excludes";

    /// <inheritdoc/>
    public override string Words => $"Do not use the text {Text}.";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer) => writer.WriteString("text", Text);

    /// <inheritdoc/>
    protected override bool HoldsOf(string text) => !text.Contains(Text, StringComparison.OrdinalIgnoreCase);
}
