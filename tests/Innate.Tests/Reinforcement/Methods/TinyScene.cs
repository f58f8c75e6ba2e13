using Innate.Checkpoints;
using Innate.Generation;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rollouts;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Reinforcement.Methods;

/// <summary>
/// The model inside as the policy of a batch, beside a reference and a second model that are the same model bent a little, so that
/// it shows who was asked.
/// </summary>
internal sealed class TinyScene : IDisposable
{
    /// <summary>Responses to a prompt.</summary>
    public const int GroupSize = 4;

    private readonly LanguageModel _policy = Load(bend: 1), _reference = Load(bend: 1.05f), _second = Load(bend: 0.95f);
    private readonly ChatFormat _format;

    /// <param name="maxPositions">The context that methods are told of.</param>
    public TinyScene(int maxPositions = int.MaxValue)
    {
        Tokenizer = Tokenizer.Load(EmbeddedModel.Folder);
        _format = new ChatFormat(Tokenizer, ChatTemplate.Load(EmbeddedModel.Folder));
        Prompts = [Prompt("What is the sum of 3 and 8?", "11", 1), Prompt("What is 40 - 12?", "28", 2)];
        Models = new RolloutModels
        {
            Tokenizer = Tokenizer,
            Format = () => _format,
            MaxPositions = maxPositions,
            Sampling = new SamplingOptions { Seed = 7, MaxTokens = 40, StopIds = [_format.EndOfTurnId!.Value] },
            Policy = Traces(_policy),
            Generator = new ModelGenerator(_policy.Decoder),
            Reference = Traces(_reference),
            ReferenceGenerator = new ModelGenerator(_reference.Decoder),
            Second = Traces(_second),
            SecondGenerator = new ModelGenerator(_second.Decoder),
        };
    }

    public Tokenizer Tokenizer { get; }

    public RolloutModels Models { get; }

    public IReadOnlyList<PolicyPrompt> Prompts { get; }

    /// <summary>A batch of a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="number">The batch's number.</param>
    /// <param name="memory">What the run remembers; null: nothing yet.</param>
    /// <param name="generator">Who samples in the policy's place; null: the policy.</param>
    public RolloutScene Of(RlRecipe recipe, int number = 1, RunMemory? memory = null, ITextGenerator? generator = null)
    {
        RlRecipe own = recipe with { GroupSize = Math.Min(recipe.GroupSize, GroupSize) };
        RewardScorer scorer = new(own, Tokenizer, Models.Sampling.MaxTokens, [.. own.Rewards.Select(_ => default(
            Innate.Scoring.External.ExternalReward))]);
        RolloutScene? scene = null;
        return scene = new RolloutScene
        {
            Recipe = own, Models = generator is null ? Models : With(generator), Prompts = Prompts, Number = number,
            Memory = memory ?? new RunMemory(),
            Score = groups => scorer.Score(groups, default, scene),
        };
    }

    private RolloutModels With(ITextGenerator generator) => new()
    {
        Tokenizer = Tokenizer, Format = Models.Format, Sampling = Models.Sampling, Policy = Models.Policy, Generator = generator,
        MaxPositions = Models.MaxPositions,
    };

    /// <summary>What the policy samples for the batch.</summary>
    public IReadOnlyList<RolloutGroup> Sampled(RolloutScene scene) => new RolloutSampler(
        Models.Generator, Tokenizer, Models.Sampling, scene.Recipe.NeedsFrozenTraces ? Models.Reference : null)
        .Sample(Prompts, scene.Recipe.Method.SamplesNothing ? 0 : scene.Recipe.GroupSize, scene.Number, default);

    /// <summary>A group of a recipe's batch as if the policy had said these texts.</summary>
    public RolloutGroup Said(RolloutScene scene, int prompt, params string[] texts) => GivenResponses.Fill(
        scene, [new RolloutGroup(Prompts[prompt], []) { Key = 5 }],
        [[.. texts.Select(t => GivenResponses.Written([.. Tokenizer.Encode(t), _format.EndOfTurnId!.Value]))]])[0];

    /// <summary>What a model says of one response, asked for by itself.</summary>
    public static double[] Plain(FrozenTraces model, int[] prompt, int[] response) =>
        model([new TraceQuery(prompt, [response])], default)[0][0].LogProbability;

    /// <summary>The same numbers, but for the rounding of other sums.</summary>
    public static void Same(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    public void Dispose()
    {
        _policy.Dispose();
        _reference.Dispose();
        _second.Dispose();
    }

    private PolicyPrompt Prompt(string text, string answer, long line) =>
        new(_format.EncodePrompt(text).Ids, answer, line, text)
        {
            Conversation = [new ConversationMessage("user", text)],
            Hint = $"The answer begins with {answer[0]}.",
            Rephrased = _format.EncodePrompt($"{text} Answer!").Ids,
            Demonstration = [.. Tokenizer.Encode($"The answer is {answer}."), _format.EndOfTurnId!.Value],
        };

    private static LanguageModel Load(float bend)
    {
        LanguageModel model = LanguageModel.Load(EmbeddedModel.Folder, new LanguageModelOptions { Threads = 1 });
        foreach (ModelParameter p in model.Decoder.Parameters.Where(p => p.Matrix is null))
        {
            for (int i = 0; i < p.Vector!.Length; i++) p.Vector[i] *= bend;
        }

        return model;
    }

    private static FrozenTraces Traces(LanguageModel model)
    {
        ModelTraceSource source = new(model.Decoder);
        return (queries, cancellation) => source.Trace(queries, 1, cancellation);
    }
}
