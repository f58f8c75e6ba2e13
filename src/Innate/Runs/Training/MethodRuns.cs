using Innate.Generation;
using Innate.Layers;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rollouts;
using Innate.Traces;

namespace Innate.Runs.Training;

/// <summary>A training run's models as a recipe's method asks them, and what it remembers in checkpoints.</summary>
internal static class MethodRuns
{
    private const string MemoryFile = "method_state.json", ReferenceFile = "reference.safetensors";

    /// <summary>The run as its method sees it.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="parts">Its models.</param>
    /// <param name="sampling">How it samples.</param>
    /// <param name="reference">The reference's traces; null: the recipe has none.</param>
    /// <param name="isHere">Whether this library runs the reference.</param>
    public static MethodRun Of(
        ReinforcementSettings settings, TrainingParts parts, SamplingOptions sampling, FrozenTraces? reference, bool isHere)
    {
        RlRecipe recipe = settings.Recipe;
        if (recipe.Method.Reference is { Moves: true, IsReset: false }) FollowingModel.RequireAverageable(parts.Frozen);
        ModelTraceSource policy = new(parts.Decoder);
        RolloutModels models = new()
        {
            Tokenizer = parts.Session.Tokenizer,
            Format = () => parts.Session.Format(settings.Format),
            Sampling = sampling,
            MaxPositions = parts.Decoder.Config.MaxPositions,
            Policy = (queries, cancellation) => policy.Trace(queries, 1, cancellation),
            Generator = new ModelGenerator(parts.Decoder),
            Reference = reference,
            ReferenceGenerator = recipe.NeedsFrozen && isHere ? new WithoutAdapters(parts) : null,
            Second = parts.Second is { } second
                ? (queries, cancellation) => new ModelTraceSource(second).Trace(queries, 1, cancellation) : null,
            SecondGenerator = parts.Second is { } teacher ? new ModelGenerator(teacher) : null,
            HiddenStates = recipe.NeedsFrozen && isHere ? (group, cancellation) => Hidden(parts, group, cancellation) : null,
        };
        return new MethodRun(recipe, models, parts.Steps)
        {
            Budget = settings.TokenBudget,
            MoveReference = ReferenceEquals(parts.Frozen, parts.Decoder) ? null
                : rate => FollowingModel.Move(parts.Frozen, parts.Decoder, rate),
            ResetOptimizer = parts.Weights.ClearMoments,
        };
    }

    /// <summary>Writes what is remembered, and a reference that moves.</summary>
    public static void Save(MethodRun run, RlRecipe recipe, CausalLanguageModel reference, string folder)
    {
        if (!run.Memory.IsEmpty) File.WriteAllBytes(Path.Combine(folder, MemoryFile), run.Memory.ToBytes());
        if (recipe.MovesReference) FollowingModel.Write(reference, Path.Combine(folder, ReferenceFile));
    }

    /// <summary>Reads it back.</summary>
    /// <exception cref="InputException">A file holds something else.</exception>
    public static void Restore(MethodRun run, RlRecipe recipe, CausalLanguageModel reference, string folder)
    {
        string memory = Path.Combine(folder, MemoryFile);
        if (File.Exists(memory)) run.Memory.Read(memory);
        if (recipe.MovesReference) FollowingModel.Read(reference, Path.Combine(folder, ReferenceFile));
    }

    // Rows of the head's input; no weight has a place for a gradient.
    private static List<double[][]> Hidden(TrainingParts parts, RolloutGroup group, CancellationToken cancellation) =>
        LoraAdapters.Without(parts.SwitchedOff, () =>
        {
            Learning.TokenBatch batch = new(null);
            batch.AddGroup(0, group.Prompt.Ids, [.. group.Rollouts.Select(r => r.Response.TokenIds)]);
            using GradientPass pass = new(parts.Frozen, new Gradients());
            pass.Forward(batch.Tree, batch.Rows, batch.Targets, rowKeys: null, cancellation);
            List<double[][]> hidden = [];
            int at = 0;
            foreach (Rollout rollout in group.Rollouts)
            {
                int from = at;
                at += rollout.Length;
                hidden.Add([.. Enumerable.Range(from, rollout.Length).Select(t => Wide(pass.HeadInput.Row(t)))]);
            }

            return hidden;
        });

    private static double[] Wide(ReadOnlySpan<float> row)
    {
        var wide = new double[row.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = row[i];
        return wide;
    }

    /// <summary>Samples of the reference, where it is the policy without its adapters.</summary>
    private sealed class WithoutAdapters(TrainingParts parts) : ITextGenerator
    {
        private readonly ModelGenerator _generator = new(parts.Frozen);

        public IReadOnlyList<GeneratedResponse[]> Generate(
            IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options, Action<GeneratedToken>? onToken,
            CancellationToken cancellation) => LoraAdapters.Without(
                parts.SwitchedOff, () => _generator.Generate(prompts, responsesPerPrompt, options, onToken, cancellation));
    }
}
