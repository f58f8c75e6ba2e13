using System.Text.Json;

namespace Innate.Verifiers.Instructions;

/// <summary>The response ends with a text, letter case included: <c>{"kind": "ends", "text": "."}</c>.</summary>
/// <param name="Text">The text.</param>
internal sealed record EndsWithText(string Text) : InstructionRule(Name)
{
    /// <summary>Its name in rows.</summary>
    public const string Name = "ends";

    /// <inheritdoc/>
    public override string Words => $"End with {Text}";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer) => writer.WriteString("text", Text);

    /// <inheritdoc/>
    protected override bool HoldsOf(string text) => text.EndsWith(Text, StringComparison.Ordinal);
}
