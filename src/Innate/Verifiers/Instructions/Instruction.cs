using System.Text.Json;
using Innate.Rows;

namespace Innate.Verifiers.Instructions;

/// <summary>A constraint that a judge decides.</summary>
/// <param name="Text">The constraint.</param>
/// <param name="Checklist">What the judge goes through; empty: the constraint alone.</param>
internal sealed record SoftConstraint(string Text, string Checklist);

/// <summary>
/// How a row's instruction is checked: <c>constraints</c> by rules; <c>soft</c> constraints, <c>[{"text", "checklist"}]</c>, by a
/// judge; and <c>intent</c>: <c>{"answer": 42}</c> by the grader, <c>{"instruction": "..."}</c> (the instruction without its hard
/// constraints) by a judge, or <c>"none"</c>: only the letter counts.
/// </summary>
/// <param name="Rules">The hard constraints.</param>
/// <param name="Soft">The soft ones.</param>
/// <param name="Answer">The answer that meets the intent; null: it is not checked by an answer.</param>
/// <param name="Intent">What the judge is asked; null: it is not checked by a judge.</param>
internal sealed record Instruction(
    IReadOnlyList<InstructionRule> Rules, IReadOnlyList<SoftConstraint> Soft, string? Answer, string? Intent)
{
    /// <summary>Whether a judge is asked for anything.</summary>
    public bool AsksJudge => Intent is not null || Soft.Count > 0;

    /// <summary>Reads a row's instruction.</summary>
    /// <exception cref="InputException">What is wrong with it.</exception>
    public static Instruction Read(RowFields row)
    {
        if (row.Get("constraints") is not { } constraints)
        {
            throw new InputException("\"constraints\": expected the hard constraints, which rules check, found nothing");
        }

        IReadOnlyList<InstructionRule> rules = InstructionRules.Read(constraints, row.NameOf("constraints"));
        IReadOnlyList<SoftConstraint> soft = row.Get("soft") is { } given ? SoftOf(given, row.NameOf("soft")) : [];
        if (rules.Count + soft.Count == 0) throw new InputException("\"constraints\": expected at least one, found none");
        (string? answer, string? instruction) = IntentOf(row);
        return new Instruction(rules, soft, answer, instruction);
    }

    private static (string? Answer, string? Instruction) IntentOf(RowFields row)
    {
        const string expected = "\"intent\": expected {\"answer\"}, {\"instruction\"} or \"none\"";
        if (row.Get("intent") is not { } value) throw new InputException($"{expected}, found nothing");
        if (value.ValueKind == JsonValueKind.String && value.GetString() == "none") return (null, null);
        if (value.ValueKind != JsonValueKind.Object) throw new InputException($"{expected}, found {RowJson.Describe(value)}");
        RowFields intent = new(value);
        if (intent.Has("answer") == intent.Has("instruction"))
        {
            throw new InputException($"{expected}, found {(intent.Has("answer") ? "both" : "neither")}");
        }

        string said = intent.Has("answer") ? intent.Scalar("answer") : intent.Text("instruction");
        if (string.IsNullOrWhiteSpace(said)) throw new InputException($"{expected}, found an empty text");
        return intent.Has("answer") ? (said, null) : (null, said);
    }

    private static IReadOnlyList<SoftConstraint> SoftOf(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{place}\" must be an array of constraints, found {RowJson.Describe(value)}");
        }

        return
        [
            .. value.EnumerateArray().Select((s, i) =>
            {
                if (s.ValueKind != JsonValueKind.Object)
                {
                    throw new InputException($"\"{place}[{i}]\" must be an object, found {RowJson.Describe(s)}");
                }

                RowFields fields = new(s);
                return new SoftConstraint(fields.Text("text"), fields.Has("checklist") ? fields.Text("checklist") : "");
            }),
        ];
    }
}
