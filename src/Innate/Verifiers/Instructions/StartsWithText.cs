using System.Text.Json;

namespace Innate.Verifiers.Instructions;

/// <summary>The response begins with a text, letter case included: <c>{"kind": "starts", "text": "It is"}</c>.</summary>
/// <param name="Text">The text.</param>
internal sealed record StartsWithText(string Text) : InstructionRule(Name)
{
    /// <summary>Its name in rows.</summary>
    public const string Name = "starts";

    /// <inheritdoc/>
    public override string Words => $"Begin with {Text}";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer) => writer.WriteString("text", Text);

    /// <inheritdoc/>
    protected override bool HoldsOf(string text) => text.StartsWith(Text, StringComparison.Ordinal);
}
