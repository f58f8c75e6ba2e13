using System.Text.Json;
using Innate.Rows;
using Innate.Text;
using Innate.Verifiers;

namespace Innate.Benchmarks.Policy;

/// <summary>A question's samples, of which those with a right answer had their reasoning checked.</summary>
/// <param name="Samples">How many there are.</param>
/// <param name="Votes">
/// Of each sample with a right answer the votes on its reasoning; none where no check came to a verdict.
/// </param>
internal sealed record CheckedReasoning(int Samples, IReadOnlyList<IReadOnlyList<bool>> Votes)
{
    /// <summary>Why a sample has no vote; null: all have.</summary>
    public string? Unchecked { get; init; }

    /// <summary>Samples with a right answer.</summary>
    public int Right => Votes.Count;

    /// <summary>Of these, those whose reasoning is right by a rule of the band.</summary>
    public int RightThroughout(Func<VerdictBand, bool> rule) => Votes.Count(v => rule(VerdictBand.Of([.. v])));

    /// <summary>The line of checks.jsonl.</summary>
    /// <param name="item">The question's place, from 1.</param>
    public byte[] ToLine(int item) => RowWriter.Line(w =>
    {
        w.WriteNumber("item", item);
        w.WriteNumber("samples", Samples);
        w.WriteStartArray("votes");
        foreach (IReadOnlyList<bool> votes in Votes)
        {
            w.WriteStartArray();
            foreach (bool vote in votes) w.WriteBooleanValue(vote);
            w.WriteEndArray();
        }

        w.WriteEndArray();
        if (Unchecked is not null) w.WriteString("unchecked", Unchecked);
    });

    /// <summary>A line, read again.</summary>
    public static CheckedReasoning Read(JsonElement line) => new(
        line.GetProperty("samples").GetInt32(),
        [
            .. line.GetProperty("votes").EnumerateArray().Select(
                v => (IReadOnlyList<bool>)[.. v.EnumerateArray().Select(x => x.GetBoolean())]),
        ])
    {
        Unchecked = line.TryGetProperty("unchecked", out JsonElement why) ? why.GetString() : null,
    };
}

/// <summary>What is to be checked of a question: its samples with a right answer.</summary>
/// <param name="Prompt">The conversation as the model was given it.</param>
/// <param name="Samples">How many samples there are.</param>
/// <param name="Right">The texts of those with a right answer.</param>
internal sealed record ReasoningItem(IReadOnlyList<ConversationMessage> Prompt, int Samples, IReadOnlyList<string> Right)
{
    /// <summary>What a line of items.jsonl says; null for a question that could not be asked.</summary>
    public static ReasoningItem? Read(JsonElement line)
    {
        if (line.TryGetProperty("unscored", out _)) return null;
        JsonElement responses = line.GetProperty("responses");
        return new ReasoningItem(
            [
                .. line.GetProperty("messages").EnumerateArray().Select(m => new ConversationMessage(
                    m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()!)),
            ],
            responses.GetArrayLength(),
            [
                .. responses.EnumerateArray().Where(r => r.GetProperty("right").GetBoolean())
                    .Select(r => r.GetProperty("text").GetString()!),
            ]);
    }
}
