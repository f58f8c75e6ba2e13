using System.Globalization;
using Innate.Generation;
using Innate.Judges;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;
using static System.FormattableString;

namespace Innate.Runs;

/// <summary>What decides a run's bits, in words and digests, for its <see cref="RunHeader"/>.</summary>
internal static class RunDescription
{
    /// <summary>A run over rows: what it reads, what does it, and how; of a part, which.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="format">How text becomes ids.</param>
    /// <param name="how">Models and parameters.</param>
    public static RunHeader Header(
        RowInput input, ChatFormatOptions format, Func<IEnumerable<KeyValuePair<string, string>>> how) => new(() =>
    [
        new("input", input.Name),
        new("rows", input.Digest() ?? "a pipe"),
        .. how(),
        .. RunHeader.Of(format),
        new("columns", input.Columns?.ToString() ?? ""),
        .. input.Part is { } part ? [new("shard", part.Shard.ToString())] : Array.Empty<KeyValuePair<string, string>>(),
    ]);

    /// <summary>Which rows of a file are read, and how.</summary>
    /// <param name="file">The file.</param>
    /// <param name="columns">Its own names of fields; null: none of its own.</param>
    /// <param name="limit">The first so many; null: all.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> OfData(string file, string? columns, int? limit) =>
    [
        new("data", RowInput.DigestOf(file)),
        new("columns", columns ?? ""),
        new("limit", limit?.ToString(CultureInfo.InvariantCulture) ?? "none"),
    ];

    /// <summary>How intervals are told to be drawn, which decides no line.</summary>
    public static KeyValuePair<string, string> Resampled(int resamples) =>
        new("resamples", resamples.ToString(CultureInfo.InvariantCulture));

    /// <summary>What a person calls a reward or judge.</summary>
    public static string NameOf(ScorerSettings scorer) => scorer.Judge is { } judge
        ? $"judge-{JudgeNames.Of(judge.Kind)}"
        : scorer.Expression?.ToString() ?? RewardNames.NameOf(scorer.Reward) + Parameters(scorer.Options);

    /// <summary>The same where it decides bits: of an expression what it reads, not where that lies.</summary>
    public static string DecidingNameOf(ScorerSettings scorer) =>
        scorer.Judge is null && scorer.Expression is { } expression ? expression.Deciding.ToString() : NameOf(scorer);

    /// <summary>How a reward or judge scores.</summary>
    /// <param name="scorer">The reward or judge.</param>
    /// <param name="session">Its model.</param>
    /// <param name="format">Chat or raw.</param>
    public static string Of(ScorerSettings scorer, ModelSession session, ChatFormatOptions format)
    {
        RewardOptions o = scorer.Options;
        return scorer.Judge is { } judge
            ? string.Join(' ', Of(judge, session, format).Select(p => $"{p.Key} {p.Value}"))
            : string.Create(
                CultureInfo.InvariantCulture,
                $"alpha {o.Alpha:R} gamma {o.Gamma:R} beta {o.Beta:R} first {o.First} steps {o.Steps} {scorer.Principle}");
    }

    /// <summary>How a judge judges, but for its kind.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="session">The model that is asked.</param>
    /// <param name="format">Chat or raw.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(
        JudgeSettings judge, ModelSession session, ChatFormatOptions format) =>
    [
        .. NamedJudge.Describe([MetaScores.Judge(judge, session, format)], judge, session),
        new("seed", judge.Seed.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>How responses are sampled; what guesses save decides no bit.</summary>
    /// <param name="sampling">How.</param>
    /// <param name="count">Responses to each prompt.</param>
    /// <param name="stop">Texts that end a response.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(
        SamplingOptions sampling, int count, IReadOnlyList<string> stop) =>
    [
        new("samples", count.ToString(CultureInfo.InvariantCulture)),
        Number("temperature", sampling.Temperature),
        Number("top_p", sampling.TopP),
        new("top_k", sampling.TopK.ToString(CultureInfo.InvariantCulture)),
        Number("min_p", sampling.MinP),
        Number("repetition_penalty", sampling.RepetitionPenalty),
        Number("frequency_penalty", sampling.FrequencyPenalty),
        Number("presence_penalty", sampling.PresencePenalty),
        new("max_tokens", sampling.MaxTokens.ToString(CultureInfo.InvariantCulture)),
        new("stop", stop.Count == 0 ? "" : Digest.OfTexts(stop)),
        new("seed", sampling.Seed.ToString(CultureInfo.InvariantCulture)),
    ];

    private static KeyValuePair<string, string> Number(string name, double value) =>
        new(name, value.ToString("R", CultureInfo.InvariantCulture));

    private static string Parameters(RewardOptions options)
    {
        string[] given =
        [
            .. options.Alpha == 1 ? Array.Empty<string>() : [Invariant($"alpha={options.Alpha:R}")],
            .. options.Gamma == 1 ? Array.Empty<string>() : [Invariant($"gamma={options.Gamma:R}")],
            .. options.Beta == 0 ? Array.Empty<string>() : [Invariant($"beta={options.Beta:R}")],
            .. options.First is { } first ? [Invariant($"first={first}")] : Array.Empty<string>(),
        ];
        return given.Length == 0 ? "" : $"({string.Join(", ", given)})";
    }
}
