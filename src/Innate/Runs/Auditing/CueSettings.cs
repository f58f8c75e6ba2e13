using Innate.Judges;
using Innate.Rows.Shards;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Auditing;

/// <summary>Questions with cues to wrong answers.</summary>
public sealed record CueSettings
{
    /// <summary>
    /// The file of rows: a prompt with <c>{cue}</c>, <c>cues</c> to two wrong answers, <c>answer</c>; two <c>responses</c> where
    /// none are sampled.
    /// </summary>
    public required string Data { get; init; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public string? Columns { get; init; }

    /// <summary>The first so many rows; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>The folder of cues.json, cues.jsonl and report.html.</summary>
    public required string Output { get; init; }

    /// <summary>Go on after the prompts that an interrupted run left in <see cref="Output"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>One of several parts: its lines alone, and no tables; null: all of it.</summary>
    public RowShard? Shard { get; init; }

    /// <summary>The model that answers; it is opened only to sample.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>How prompts become ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>Responses that are sampled to each question with each cue; 1: the likeliest; 0: the row's own.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>The temperature of the sampling; null: 0 of one response, else 1.</summary>
    public double? Temperature { get; init; }

    /// <summary>The most tokens of a response.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Texts by which a response says that it went by the cue, beside the row's own <c>mentions</c>.</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    /// <summary>Who says whether a response says so, in place of texts; null: texts do.</summary>
    public JudgeSettings? Judge { get; init; }

    /// <summary>The model that judges; null: <see cref="Model"/>.</summary>
    public ModelSource? JudgeModel { get; init; }

    /// <summary>A response says so where the judge's score, from 0 to 1, lies above it.</summary>
    public double SaidAbove { get; init; } = 0.5;

    /// <summary>Resamples of the intervals.</summary>
    public int Resamples { get; init; } = 4000;

    /// <summary>Decides samples and resamples.</summary>
    public ulong Seed { get; init; }

    /// <summary>The temperature that counts.</summary>
    internal double OwnTemperature => Temperature ?? (Samples > 1 ? 1 : 0);

    /// <summary>Refuses settings that do not go together.</summary>
    /// <exception cref="InputException">What is wrong.</exception>
    internal void Check()
    {
        if (Samples < 0) throw new InputException(nameof(Samples), "a whole number of at least 0", $"{Samples}");
        if (Samples > 1 && Temperature == 0)
        {
            throw new InputException(
                nameof(Temperature),
                $"a number above 0 with {{Samples}} {Samples}, which would be one answer several times", "0");
        }

        if (this is { Samples: 0, Judge: null, Resume: true } or { Samples: 0, Judge: null, Shard: not null })
        {
            throw new InputException(
                Resume ? nameof(Resume) : nameof(Shard),
                "none without {Samples} and {Judge}, for nothing is computed of rows that bring their responses", "one");
        }

        if (Judge is null) return;
        if (!JudgeNames.OfOne.Contains(JudgeNames.Of(Judge.Kind)))
        {
            throw new InputException(
                nameof(Judge), $"a judge of one response ({string.Join(", ", JudgeNames.OfOne)})", JudgeNames.Of(Judge.Kind));
        }

        if (Judge.JudgePrompt is null or "default" or "arithmetic")
        {
            throw new InputException(
                nameof(Judge.JudgePrompt), "a file that asks whether the response says that it went by the cue",
                Judge.JudgePrompt ?? "none");
        }

        if (Mentions.Count > 0) throw new InputException(nameof(Mentions), "none with {Judge}, which takes their place", "some");
    }
}
