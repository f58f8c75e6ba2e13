using Innate.Checkpoints;
using Innate.Generation;
using Innate.Search;
using Innate.Sessions;

namespace Innate.Tests.Search;

/// <summary>Search over steps, with a policy and a scorer that a person wrote down.</summary>
public sealed class StepSearchTests : IDisposable
{
    private const int End = 99;
    private readonly ModelSession _session = ModelSession.Open(EmbeddedModel.Folder);

    public void Dispose() => _session.Dispose();

    // After nothing: 1 or 2. After 1: 3, or the end. After 2: 4, then the end.
    private static readonly Dictionary<string, int[][]> Tree = new()
    {
        [""] = [[1], [2], [1]],
        ["1"] = [[3], [End], [3]],
        ["1 3"] = [[End], [End], [End]],
        ["2"] = [[4], [4], [4]],
        ["2 4"] = [[End], [End], [End]],
    };

    [Fact]
    public void A_step_at_a_time_takes_the_best_and_never_comes_back()
    {
        Dictionary<string, double> scores = new()
        {
            ["1"] = 0.6, ["2"] = 0.5, ["1 3"] = 0.2, ["1 99"] = 0.1, ["1 3 99"] = 0.2, ["2 4"] = 0.9, ["2 4 99"] = 0.9,
        };
        SearchedAnswer found = Find(new() { Kind = StepSearchKind.Step, Candidates = 3 }, scores);
        Assert.Equal([1, 3, End], found.Answer.Ids);
        Assert.Equal([0.6, 0.2, 0.2], found.Answer.Steps.Select(s => s.Score));
        Assert.Equal(2 + 2 + 1, found.Verdicts); // equal candidates are scored once
        Assert.Equal(9, found.Sampled); // and were sampled each
        Assert.True(found.HasEnded);
    }

    [Fact]
    public void A_beam_keeps_the_second_best_and_a_finished_answer_while_it_is_among_the_best()
    {
        Dictionary<string, double> scores = new()
        {
            ["1"] = 0.6, ["2"] = 0.5, ["1 3"] = 0.2, ["1 99"] = 0.3, ["2 4"] = 0.25, ["2 4 99"] = 0.9,
        };
        SearchedAnswer found = Find(new() { Kind = StepSearchKind.Beam, Candidates = 3, Beams = 2 }, scores);
        Assert.Equal([2, 4, End], found.Answer.Ids);
        Assert.Equal([1, End], found.Others.Single().Ids);
    }

    [Fact]
    public void Grace_weighs_likelihood_and_score_and_asks_nothing_where_all_candidates_end()
    {
        Dictionary<string, double> scores = new() { ["1"] = 0, ["2"] = 5, ["1 3"] = 0, ["1 99"] = 0, ["2 4"] = 0 };
        StepSearchSettings settings = new() { Kind = StepSearchKind.Grace, Candidates = 3 };
        SearchedAnswer score = Find(settings with { Beta = 1 }, scores), likelihood = Find(settings with { Beta = 0 }, scores);
        Assert.Equal([2, 4, End], score.Answer.Ids);
        Assert.Equal(2 + 1, score.Verdicts); // not of "2 4 99", which is not in the table either
        Assert.Equal([1, 3, End], likelihood.Answer.Ids); // 1 and 3 are likelier here
    }

    [Fact]
    public void Limits_end_an_answer_that_would_go_on()
    {
        Dictionary<string, double> scores = Tree.SelectMany(t => t.Value.Select(v => $"{t.Key} {string.Join(' ', v)}".Trim()))
            .Distinct().ToDictionary(k => k, _ => 1.0);
        SearchedAnswer steps = Find(new() { Candidates = 3, MaxSteps = 2 }, scores);
        Assert.Equal([1, 3], steps.Answer.Ids);
        Assert.False(steps.HasEnded);
        SearchedAnswer tokens = Find(new() { Candidates = 3 }, scores, maxTokens: 1);
        Assert.Equal([1], tokens.Answer.Ids);
        Assert.False(tokens.HasEnded);
    }

    private SearchedAnswer Find(StepSearchSettings settings, Dictionary<string, double> scores, int maxTokens = 10) =>
        new StepSearch(
            new Written(), _session.Tokenizer, new SamplingOptions { MaxTokens = maxTokens, StopIds = [End] }, 100,
            (prefixes, _) => [.. prefixes.Select(p => scores[string.Join(' ', p.Ids)])], settings)
        .Find([50], CancellationToken.None);

    private sealed class Written : ITextGenerator
    {
        public IReadOnlyList<GeneratedResponse[]> Generate(
            IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options,
            Action<GeneratedToken>? onToken = null, CancellationToken cancellation = default)
        {
            Assert.True(options.SeedsByPrompt);
            return
            [
                .. prompts.Select(p => Tree[string.Join(' ', p.Skip(1))].Take(responsesPerPrompt)
                    .Select(ids => new GeneratedResponse(
                        ids, [.. ids.Select(id => Math.Log(id % 2 == 1 ? 0.6 : 0.4))], FinishReason.Stop)).ToArray()),
            ];
        }
    }
}
