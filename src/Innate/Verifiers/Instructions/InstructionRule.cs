using System.Text.Json;

namespace Innate.Verifiers.Instructions;

/// <summary>
/// A hard constraint of an instruction: one that a rule decides (IFEval's kind, as in IFDecorator, arXiv 2508.04632). What counts
/// is the response's text without the white space around it.
/// </summary>
/// <param name="Kind">Its name in rows.</param>
internal abstract record InstructionRule(string Kind)
{
    /// <summary>The constraint in words, as an instruction says it.</summary>
    public abstract string Words { get; }

    /// <summary>Whether a response keeps it.</summary>
    /// <param name="text">The response.</param>
    public bool Holds(string text) => HoldsOf(text.Trim());

    /// <summary>The constraint as a row has it, without its kind.</summary>
    /// <param name="writer">Within the constraint's object.</param>
    public abstract void Write(Utf8JsonWriter writer);

    /// <summary>Whether a text without white space around it keeps it.</summary>
    protected abstract bool HoldsOf(string text);
}
