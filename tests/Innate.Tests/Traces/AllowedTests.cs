using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;
using Innate.Rewards;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Traces;

/// <summary>
/// Tokens that are no text: of a picture's codes alone may come, so log-probability, V and entropy are of these, and every reward
/// keeps its identity. What is told of a model is held against its stored logits, counted by hand.
/// </summary>
public sealed class AllowedTests : IDisposable
{
    private static readonly int[] Prompt = [7, 9, 30];
    private static readonly int[] Response = [5, 40, 12, 19, 5];
    private static readonly AllowedIds Ids = AllowedIds.Everywhere(new IdRange(5, 20), new IdRange(40, 41));

    private readonly LanguageModel _model = LanguageModel.LoadDefault(new() { Threads = 2 });

    public void Dispose() => _model.Dispose();

    [Fact]
    public void What_may_not_come_is_left_out_before_the_logsumexp()
    {
        TokenTrace trace = Trace(new TraceQuery(Prompt, [Response]) { Allowed = Ids });
        double[][] logits = Logits(Prompt);
        int[] allowed = [.. Enumerable.Range(5, 15), 40];
        for (int h = 0; h < Response.Length; h++)
        {
            double[] kept = [.. allowed.Select(id => logits[h][id])];
            double norm = Math.Log(kept.Sum(Math.Exp));
            Assert.Equal(logits[h][Response[h]], trace.Q[h], 1e-9);
            Assert.Equal(norm, trace.V[h], 1e-9);
            Assert.Equal(logits[h][Response[h]] - norm, trace.LogProbability[h], 1e-9);
            Assert.Equal(-kept.Sum(z => Math.Exp(z - norm) * (z - norm)), trace.Entropy[h], 1e-9);
            Assert.Equal(kept.Average(), trace.MeanLogit[h], 1e-9);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Undiscounted_rewards_add_up_to_the_likelihood_and_the_first_value(double alpha)
    {
        TokenTrace trace = _model.Trace([new TraceQuery(Prompt, [Response]) { Allowed = Ids }], alpha)[0][0];

        // alpha log pi_alpha(y|x) + V(s_1), where pi_alpha is softmax(z / alpha) over the allowed ids.
        double likelihood = trace.Q.Zip(trace.V, (q, v) => q - v).Sum();
        Assert.Equal(likelihood + trace.V[0], EndogenousReward.Compute(trace, new RewardOptions()).Value, 1e-9);
        if (alpha == 1) Assert.Equal(likelihood, trace.LogProbability.Sum(), 1e-9);
    }

    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(0.5, 0.25)]
    [InlineData(0, 0.5)]
    public void Discounted_rewards_have_Abels_form_of_what_may_come(double gamma, double beta)
    {
        RewardOptions options = new() { Gamma = gamma, Beta = beta };
        TokenTrace trace = Trace(new TraceQuery(Prompt, [Response]) { Allowed = Ids });
        double[] w = options.Weights(trace.Length);
        double expected = w[0] * trace.V[0];
        for (int h = 0; h < trace.Length; h++)
        {
            expected += (w[h] * trace.LogProbability[h]) + (h == 0 ? 0 : (w[h] - w[h - 1]) * trace.V[h]);
        }

        Assert.Equal(expected, EndogenousReward.Compute(trace, options).Value, 1e-9);
        Assert.Equal(
            trace.LogProbability.Select((l, h) => w[h] * l).Sum(), EndogenousLogProbReward.Compute(trace, options).Value, 1e-9);
    }

    [Fact]
    public void All_ids_allowed_is_the_model_itself_and_one_id_allowed_is_certain()
    {
        TokenTrace plain = Trace(new TraceQuery(Prompt, [Response]));
        TokenTrace all = Trace(new TraceQuery(Prompt, [Response])
        {
            Allowed = AllowedIds.Everywhere(new IdRange(0, 100), new IdRange(100, _model.VocabularySize)),
        });
        Assert.Equal(plain.LogProbability, all.LogProbability, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(plain.Entropy, all.Entropy, (a, b) => Math.Abs(a - b) < 1e-5);
        TokenTrace sure = Trace(new TraceQuery(Prompt, [Response])
        {
            Allowed = new AllowedIds([.. Response.Select(id => (IReadOnlyList<IdRange>)[new(id, id + 1)])], repeats: false),
        });
        Assert.All(sure.LogProbability, l => Assert.Equal(0, l));
        Assert.All(sure.Entropy, e => Assert.Equal(0, e));
    }

    [Fact]
    public void A_frame_has_ranges_of_its_own_at_each_place()
    {
        AllowedIds frames = new([[new IdRange(0, 10)], [new IdRange(10, 20)]], repeats: true);
        TokenTrace trace = Trace(new TraceQuery(Prompt, [[3, 12, 9, 19, 4]]) { Allowed = frames });
        Assert.All(trace.Entropy, e => Assert.InRange(e, 0, Math.Log(10) + 1e-12));
        InputException e = Assert.Throws<InputException>(
            () => Trace(new TraceQuery(Prompt, [[3, 12, 9, 9]]) { Allowed = frames }));
        Assert.Equal("the response: expected at position 3 an id of those allowed there (10 to 19), found 9", e.Message);
    }

    [Fact]
    public void Guided_logits_are_mixed_and_then_masked()
    {
        int[] without = [1], image = [9, 30];
        double[][] c = Logits(Prompt), u = Logits(without), i = Logits(image);
        foreach (Guidance guidance in (Guidance[])[new(3), new(0), new(1), new(3, 1.2)])
        {
            bool threeWays = guidance.ImageScale is not null;
            TokenTrace trace = Trace(new TraceQuery(Prompt, [Response])
            {
                Allowed = Ids, Guidance = guidance, NullPrompt = without, ImagePrompt = threeWays ? image : null,
            });
            for (int h = 0; h < Response.Length; h++)
            {
                double[] z = [.. Enumerable.Range(0, c[h].Length).Select(a => threeWays
                    ? u[h][a] + (1.2 * (i[h][a] - u[h][a])) + (3 * (c[h][a] - i[h][a]))
                    : u[h][a] + (guidance.Scale * (c[h][a] - u[h][a])))];
                double norm = Math.Log(Enumerable.Range(5, 15).Append(40).Sum(a => Math.Exp(z[a])));
                Assert.Equal(z[Response[h]], trace.Q[h], 1e-9);
                Assert.Equal(norm, trace.V[h], 1e-9);
            }

            Assert.Equal(
                trace.LogProbability.Sum() + trace.V[0], EndogenousReward.Compute(trace, new RewardOptions()).Value, 1e-9);
        }
    }

    [Fact]
    public void Neighbours_order_and_threads_change_no_bit()
    {
        TraceQuery[] queries =
        [
            new(Prompt, [Response, [6, 7, 8, 9, 10]]) { Allowed = Ids },
            new(Prompt, [Response]),
            new([4, 4], [Response, Response]) { Allowed = Ids, Guidance = new Guidance(2.5), NullPrompt = [1] },
            new(Prompt, [Response]) { Guidance = new Guidance(-1), NullPrompt = [1] },
        ];
        double[][] alone = [.. queries.SelectMany(q => q.Responses.Select(r => Numbers(Trace(q with { Responses = [r] }))))];
        using LanguageModel other = LanguageModel.LoadDefault(new() { Threads = 1, PrefixCacheBytes = 1 << 20 });
        foreach (LanguageModel model in (LanguageModel[])[_model, other])
        {
            Assert.Equal(alone, model.Trace(queries).SelectMany(t => t).Select(Numbers));
            Assert.Equal(
                alone,
                model.Trace([.. queries.Reverse()]).Reverse().SelectMany(t => t).Select(Numbers));
        }
    }

    [Fact]
    public void What_cannot_be_read_is_said()
    {
        Refused(
            "allowed: expected ranges for each of the 5 tokens of the response, found them for 2",
            q => q with { Allowed = new AllowedIds([[new IdRange(0, 9)], [new IdRange(0, 9)]], repeats: false) });
        Refused(
            "allowed: expected ids below the vocabulary's 512, found the range 0 to 600",
            q => q with { Allowed = AllowedIds.Everywhere(new IdRange(0, 601)) });
        Refused("guidance: expected a null prompt to compare with, found none", q => q with { Guidance = new Guidance(2) });
        Refused(
            "guidance: expected two scales together with an image's prompt, found no such prompt",
            q => q with { Guidance = new Guidance(2, 1), NullPrompt = [1] });
        Assert.Equal(
            "allowed: expected ranges [start, end] with 0 <= start < end, found [4, 4].",
            Assert.Throws<InputException>(() => AllowedIds.Everywhere(new IdRange(4, 4))).Message);
        InputException elsewhere = Assert.Throws<InputException>(
            () => QueryCheck.Check(new TraceQuery(Prompt, [Response]) { Allowed = Ids }, new Elsewhere()));
        Assert.Equal(
            "allowed: expected a model in this process, whose logits are here, found one that keeps them.", elsewhere.Message);
    }

    private void Refused(string message, Func<TraceQuery, TraceQuery> change) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Trace(change(new TraceQuery(Prompt, [Response])))).Message);

    private TokenTrace Trace(TraceQuery query) => _model.Trace([query])[0][0];

    private static double[] Numbers(TokenTrace t) =>
        [.. t.Q, .. t.V, .. t.LogProbability, .. t.Entropy, .. t.MeanLogit];

    // The logits of each state of the response, from one pass over prompt and response as one sequence.
    private double[][] Logits(int[] prompt)
    {
        CausalLanguageModel decoder = _model.Decoder;
        using KeyValueCache cache = new(_model.Config, keepLayers: false);
        TokenTree tree = new();
        tree.Add(new TraceQuery([.. prompt, .. Response[..^1]], [[0]]), readLastTokens: false);
        Matrix hidden = decoder.Forward(tree, cache);
        Matrix logits = decoder.Logits(hidden, [.. Enumerable.Range(prompt.Length - 1, Response.Length)]);
        return [.. Enumerable.Range(0, Response.Length).Select(h => logits.Row(h).ToArray().Select(x => (double)x).ToArray())];
    }

    private sealed class Elsewhere : ITraceSource
    {
        public int VocabularySize => 512;

        public int MaxPositions => 512;

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default) =>
            throw new InvalidOperationException();
    }
}
