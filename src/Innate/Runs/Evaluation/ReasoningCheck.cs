using System.Globalization;
using Innate.Benchmarks.Policy;
using Innate.Judges;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Evaluation;

/// <summary>
/// Checks the reasoning behind a policy's right answers (CoT-Pass@K, arXiv 2506.14245): a judge votes several times, or a process
/// reward model says once whether its worst step is right. Above one half is a vote for it. File: checks.jsonl, one line a
/// question; an interrupted check goes on after them.
/// </summary>
/// <param name="settings">Who checks.</param>
/// <param name="policy">Whose answers, and where they lie.</param>
/// <param name="session">The policy.</param>
/// <param name="open">Opens another model.</param>
internal sealed class ReasoningCheck(
    ReasoningCheckSettings settings, PolicyEvaluationSettings policy, ModelSession session,
    Func<ModelSource, CancellationToken, ModelSession> open)
{
    private const int QuestionsATime = 8;
    private static readonly System.Text.Json.JsonElement NoFields = RowJson.ParseObject(new InputLine(1, "{}"u8.ToArray(), 2));

    /// <summary>The checks and what they come to.</summary>
    /// <param name="ks">The k of CoT-pass.</param>
    /// <param name="answers">What decided the answers.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Stops between layers and tokens.</param>
    public ReasoningResults Run(
        IReadOnlyList<int> ks, RunHeader answers, IProgress<WorkDone>? progress, CancellationToken cancellation)
    {
        using ModelSession? other = settings.Model is { } source ? open(source, cancellation) : null;
        ModelSession checker = other ?? session;
        if (settings.Judge is null && !checker.JudgesSteps)
        {
            throw new InputException(
                "CheckReasoning", "a judge, or the folder of a process reward model, whose head judges steps", checker.Folder);
        }

        string folder = policy.Output!, path = Path.Combine(folder, "checks.jsonl");
        ReasoningItem[] items =
        [
            .. JsonLines.Read(Path.Combine(folder, "items.jsonl")).Select(l => ReasoningItem.Read(l.Fields))
                .OfType<ReasoningItem>(),
        ];
        RunHeader header = new(() =>
        [
            .. answers.Settings,
            new("answers", Digest.Whole(Path.Combine(folder, "items.jsonl"))),
            new("checker", checker.Fingerprint(policy.Format.Raw).Id),
            new("checks", settings.Count.ToString(CultureInfo.InvariantCulture)),
            .. JudgeOf(0) is { } judge
                ? NamedJudge.Describe([MetaScores.Judge(judge, checker, policy.Format)], judge, checker) : [],
        ]);
        bool goesOn = policy.Resume && File.Exists(PartialFile.Of(path));
        using (RowOutput output = RowOutput.Open(RowLocation.File(path), goesOn, header))
        {
            ResponseScorer[] scorers = [.. Enumerable.Range(0, settings.Count).Select(c => ScorerOf(c, checker))];
            try
            {
                int first = (int)output.RowsDone;
                foreach (ReasoningItem[] batch in items.Skip(first).Chunk(QuestionsATime))
                {
                    cancellation.ThrowIfCancellationRequested();
                    CheckedReasoning[] checks = Check(batch, scorers, cancellation);
                    output.WriteAll([.. checks.Select((c, i) => c.ToLine(first + i + 1))]);
                    first += batch.Length;
                    progress?.Report(new WorkDone(first - output.RowsDone, 0, first / (double)items.Length));
                }
            }
            finally
            {
                foreach (ResponseScorer scorer in scorers) scorer.Dispose();
            }

            output.Complete();
        }

        string name = settings.Judge is { } kind ? $"judge-{JudgeNames.Of(kind.Kind)} of {checker.Title}" : checker.Title;
        return new ReasoningResults(
            name, settings.Count, [.. JsonLines.Read(path).Select(l => CheckedReasoning.Read(l.Fields))], ks);
    }

    // Each check draws anew, once; a process reward model draws nothing.
    private JudgeSettings? JudgeOf(int check) => settings.Judge is { } judge
        ? judge with { Seed = judge.Seed + (ulong)check, Votes = Math.Max(1, judge.Votes) } : null;

    private ResponseScorer ScorerOf(int check, ModelSession checker) => ResponseScorer.Of(
        new ScorerSettings
        {
            Reward = RewardKind.Process,
            Judge = JudgeOf(check),
        },
        checker, null, settings.Judge is null ? policy.Format : policy.Format with { System = null }, samples: false);

    private static CheckedReasoning[] Check(
        ReasoningItem[] items, ResponseScorer[] scorers, CancellationToken cancellation)
    {
        Row[] rows =
        [
            .. items.SelectMany(item => item.Right.Select(text => new Row(
                1, NoFields, new RowPrompt { Messages = item.Prompt }, [new RowResponse(text, null)], ResponseShape.Many))),
        ];
        IReadOnlyList<ScoredRow>[] said = [.. scorers.Select(s => rows.Length == 0 ? [] : s.Score(rows, cancellation))];
        int next = 0;
        return [.. items.Select(item =>
        {
            int first = next;
            next += item.Right.Count;
            ScoredRow[][] own =
                [.. Enumerable.Range(first, item.Right.Count).Select(i => said.Select(s => s[i]).ToArray())];
            return new CheckedReasoning(
                item.Samples,
                [
                    .. own.Select(checks => (IReadOnlyList<bool>)
                        [.. checks.Where(c => c.Verdict is not null).Select(c => c.Verdict!.Scores[0] > 0.5)]),
                ])
            {
                Unchecked = own.Where(checks => checks.All(c => c.Verdict is null)).Select(checks => checks[0].Error)
                    .FirstOrDefault(),
            };
        })];
    }
}
