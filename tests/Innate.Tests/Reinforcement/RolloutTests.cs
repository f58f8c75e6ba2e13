using Innate.Checkpoints;
using Innate.Compute;
using Innate.Generation;
using Innate.Layers;
using Innate.Learning;
using Innate.Models;
using Innate.Reinforcement.Rollouts;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Reinforcement;

/// <summary>What is sampled is a function of its own place, and is told to the bits that learning will compute.</summary>
public sealed class RolloutTests : IDisposable
{
    private readonly LanguageModel _model = LanguageModel.LoadDefault(new LanguageModelOptions { Threads = 2 });
    private readonly Tokenizer _tokenizer = Tokenizer.Load(EmbeddedModel.Folder);
    private readonly ChatFormat _format;

    public RolloutTests() => _format = new ChatFormat(_tokenizer, ChatTemplate.Load(EmbeddedModel.Folder));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Sampled_log_probabilities_are_the_trainers_bit_for_bit()
    {
        IReadOnlyList<RolloutGroup> groups = Sample(["What is 47 + 85?", "7 x 62 = ?", "Calculate 7 x 9 + 22."], groupSize: 5);
        var batch = new TokenBatch(dropoutKey: null);
        for (int g = 0; g < groups.Count; g++)
        {
            batch.AddGroup(g, groups[g].Prompt.Ids, [.. groups[g].Rollouts.Select(r => r.Response.TokenIds)]);
        }

        using var pass = new GradientPass(_model.Decoder, new Gradients());
        HeadTrace trace = pass.Forward(batch.Tree, batch.Rows, batch.Targets);
        Rollout[] all = [.. groups.SelectMany(g => g.Rollouts)];
        Assert.Equal(all.SelectMany(r => r.Response.LogProbabilities), TokenBatch.LogProbs(trace));
        Assert.Equal(all.SelectMany(r => r.Policy.Entropy), trace.Entropy);
        Assert.Equal(all.SelectMany(r => r.Policy.MeanLogit), trace.MeanLogit);

        // And those of the inference path, which a frozen model takes.
        TokenTrace[] inferred = _model.Trace(
            [.. groups.Select(g => new TraceQuery(g.Prompt.Ids, [.. g.Rollouts.Select(r => r.Response.TokenIds)]))])
            .SelectMany(t => t).ToArray();
        Assert.Equal(all.SelectMany(r => r.Policy.Q), inferred.SelectMany(t => t.Q));
        Assert.Equal(all.SelectMany(r => r.Policy.V), inferred.SelectMany(t => t.V));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(128)]
    public void A_response_does_not_depend_on_who_is_decoded_beside_it(int branches)
    {
        int[][] prompts =
            [.. new[] { "What is 47 + 85?", "7 x 62 = ?", "Calculate 7 x 9 + 22." }.Select(p => _format.EncodePrompt(p).Ids)];
        SamplingOptions options = Options();
        IReadOnlyList<GeneratedResponse[]> together = new ModelGenerator(_model.Decoder).Generate(prompts, 4, options);
        IReadOnlyList<GeneratedResponse[]> crowded =
            new ModelGenerator(_model.Decoder) { Branches = branches }.Generate(prompts, 4, options);
        for (int p = 0; p < prompts.Length; p++)
        {
            for (int r = 0; r < 4; r++)
            {
                Assert.Equal(together[p][r].TokenIds, crowded[p][r].TokenIds);
                Assert.Equal(together[p][r].LogProbabilities, crowded[p][r].LogProbabilities);
            }
        }
    }

    [Fact]
    public void A_stop_text_ends_a_response_with_the_token_that_completes_it()
    {
        SamplingOptions options = Options() with { Temperature = 0, StopTexts = new StopTexts(_tokenizer, ["Tens:"]) };
        GeneratedResponse response = new ModelGenerator(_model.Decoder).Generate(
            [_format.EncodePrompt([new ConversationMessage("system", "Show your steps in plain text."),
                new ConversationMessage("user", "What is 47 + 85?")]).Ids], 1, options)[0][0];
        Assert.Equal(FinishReason.Stop, response.FinishReason);
        Assert.EndsWith("Tens:", _tokenizer.Decode(response.TokenIds), StringComparison.Ordinal);
    }

    [Fact]
    public void Penalties_change_what_is_drawn_and_not_what_is_told_of_it()
    {
        int[] prompt = _format.EncodePrompt("What is 47 + 85?").Ids;
        SamplingOptions options = Options() with { PresencePenalty = 50 };
        GeneratedResponse response = new ModelGenerator(_model.Decoder).Generate([prompt], 1, options)[0][0];
        Assert.Equal(response.TokenIds.Length, response.TokenIds.Distinct().Count());
        Assert.Equal(
            _model.Trace([new TraceQuery(prompt, [response.TokenIds])])[0][0].LogProbability, response.LogProbabilities);
    }

    [Fact]
    public void Min_p_keeps_what_is_likely_enough_beside_the_likeliest()
    {
        float[] logits = [0, 1, 2, 3];
        double e = Math.Exp(-1);
        Assert.Equal([2, 3], Sampler.Candidates(logits, new SamplingOptions { MinP = e * 0.99 }).Ids.Order());
        Assert.Equal([3], Sampler.Candidates(logits, new SamplingOptions { MinP = e * 1.01 }).Ids);
        Assert.Equal([3], Sampler.Candidates(logits, new SamplingOptions { MinP = 1 }).Ids);
    }

    private SamplingOptions Options() => new() { MaxTokens = 40, Seed = 3, StopIds = [_format.EndOfTurnId!.Value] };

    private IReadOnlyList<RolloutGroup> Sample(string[] questions, int groupSize) =>
        new RolloutSampler(new ModelGenerator(_model.Decoder), _tokenizer, Options(), frozen: null).Sample(
            [.. questions.Select((q, i) => new PolicyPrompt(_format.EncodePrompt(q).Ids, null, i + 1))], groupSize, number: 5,
            default);
}
