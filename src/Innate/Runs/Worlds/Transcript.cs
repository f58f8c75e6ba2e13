using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Environments.Agents;
using Innate.Rewards;
using Innate.Text;

namespace Innate.Runs.Worlds;

/// <summary>A token of a transcript.</summary>
/// <param name="Text">Its text.</param>
/// <param name="LogProbability">log pi of it, where the player wrote it and the model says; null: the world wrote it.</param>
/// <param name="Reward">Its endogenous reward, Q(s,a) - V(s'); null: as above, or the source keeps its logits.</param>
public readonly record struct TranscriptToken(string Text, double? LogProbability, double? Reward);

/// <summary>An episode as it is written down. Pure.</summary>
internal static class Transcript
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line of episodes.jsonl.</summary>
    public static byte[] Line(Episode episode, KnownEpisode? known)
    {
        JsonObject json = new()
        {
            ["seed"] = episode.Seed,
            ["member"] = episode.Member,
            ["first"] = episode.First,
            ["turns"] = new JsonArray([.. episode.Turns.Select(t => (JsonNode)new JsonObject
            {
                ["said"] = t.Said,
                ["action"] = t.Action,
                ["observation"] = t.Step.Observation,
                ["reward"] = t.Step.Reward,
                ["valid"] = t.Step.IsValid,
            })]),
            ["reward"] = episode.Reward,
            ["solved"] = episode.IsSolved,
            ["end"] = NameOf(episode.End),
            ["failure"] = episode.Failure,
            ["optimal_steps"] = known?.OptimalSteps,
            ["ids"] = new JsonArray([.. episode.Ids.Select(id => (JsonNode)id)]),
            ["written"] = new JsonArray([.. episode.Written.Select(w => (JsonNode)(w ? 1 : 0))]),
        };
        return Encoding.UTF8.GetBytes(json.ToJsonString(Plain) + "\n");
    }

    /// <summary>How it ended, in a word.</summary>
    public static string NameOf(EpisodeEnd end) => end switch
    {
        EpisodeEnd.Done => "done",
        EpisodeEnd.Turns => "out of turns",
        EpisodeEnd.Tokens => "out of tokens",
        _ => "failed",
    };

    /// <summary>All tokens after the first prompt.</summary>
    public static IReadOnlyList<TranscriptToken> Tokens(Episode episode, Tokenizer tokenizer)
    {
        string[] texts = [.. tokenizer.TokenTexts(episode.Response)];
        double[]? rewards = episode.Policy is { Parts: Traces.TraceParts.All } policy
            ? EndogenousReward.Compute(policy, new RewardOptions()).PerToken
            : null;
        int[] places = episode.WrittenPlaces;
        TranscriptToken[] tokens = [.. texts.Select(t => new TranscriptToken(t, null, null))];
        for (int i = 0; i < places.Length; i++)
        {
            tokens[places[i]] = new TranscriptToken(texts[places[i]], episode.Policy?.LogProbability[i], rewards?[i]);
        }

        return tokens;
    }
}
