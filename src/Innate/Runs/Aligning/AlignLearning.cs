using System.Globalization;
using System.Text.Json;
using Innate.Learning;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Rows;
using Innate.Runs.Foretelling;
using Innate.Runs.Training;
using Innate.Sessions;
using static System.FormattableString;

namespace Innate.Runs.Aligning;

/// <summary>The training run of an alignment.</summary>
/// <param name="settings">The alignment.</param>
/// <param name="primary">By what the model is chosen.</param>
/// <param name="prompts">Prompts to learn from.</param>
/// <param name="parameters">The model's parameters, which decide the default rate.</param>
internal sealed class AlignLearning(AlignSettings settings, AlignPrimary primary, int prompts, long parameters)
{
    /// <summary>Answers to each prompt by which the model is chosen.</summary>
    public const int ChoiceSamples = 2;

    /// <summary>Optimizer steps of all methods but best-of-n.</summary>
    public const int DefaultSteps = 40;

    private const int SupervisedEpochs = 2, MeasurementsARun = 8;

    /// <summary>The training's folder.</summary>
    public string Folder => Path.Combine(settings.Output, "learn");

    /// <summary>Where the best answers lie, for supervised fine-tuning.</summary>
    public string ExamplesFile => Path.Combine(settings.Output, "prompts", "examples.jsonl");

    /// <summary>The reward in words.</summary>
    public string RewardText => string.Join(" + ", settings.Recipe.Rewards.Select(Reinforcement.Rewards.RewardText.Of));

    /// <summary>Optimizer steps.</summary>
    public int Steps => settings.Steps ?? (settings.Method == AlignMethod.BestOfN
        ? Math.Max(1, SupervisedEpochs * prompts / settings.BatchSize)
        : DefaultSteps);

    /// <summary>Steps in words.</summary>
    public string StepText => string.Create(CultureInfo.InvariantCulture, $"{Steps} of {settings.BatchSize} prompts")
        + string.Create(CultureInfo.InvariantCulture, $", learning rate {AlignRates.Of(settings, parameters):0.0e-0}")
        + (settings.LearningRate is null ? " (by the model's size; ours)" : "");

    /// <summary>How often the prompts that choose are answered.</summary>
    public int Measurements => primary.Measure is null ? 0 : 1 + ((Steps + Every - 1) / Every);

    /// <summary>Batches of answers to learn from.</summary>
    public int Batches => settings.Method == AlignMethod.BestOfN
        ? 1
        : (Steps + Recipe.UpdatesPerRollout - 1) / Recipe.UpdatesPerRollout;

    /// <summary>Prompts of such a batch.</summary>
    public int BatchPrompts => settings.Method == AlignMethod.BestOfN
        ? prompts
        : Math.Min(prompts, settings.BatchSize * Recipe.Minibatches);

    private int Every => Math.Max(1, Steps / MeasurementsARun);

    private RlRecipe Recipe => settings.Method == AlignMethod.Dpo
        ? settings.Recipe with { Objective = PolicyObjectiveKind.Dpo }
        : settings.Recipe;

    /// <summary>The method in words.</summary>
    public string Describe() => settings.Method switch
    {
        AlignMethod.Dpo => Invariant(
            $"semi-online DPO, beta {Recipe.Kl:0.###}: the best of {Recipe.GroupSize} answers against the worst, ")
            + Invariant($"fresh pairs every {Recipe.UpdatesPerRollout} steps"),
        AlignMethod.BestOfN => Invariant(
            $"rejection sampling: the best of {Recipe.GroupSize} answers to each prompt, then supervised fine-tuning"),
        _ => Invariant($"reinforcement learning ({RecipeNames.Of(Recipe.Objective)}), groups of {Recipe.GroupSize}, ")
            + Invariant($"KL {Recipe.Kl:0.###}"),
    };

    /// <summary>The run; it goes on where it was interrupted.</summary>
    /// <param name="open">Opens models.</param>
    public Run<TrainingResult> Run(Func<ModelSource, CancellationToken, ModelSession> open)
    {
        if (settings.Method == AlignMethod.BestOfN)
        {
            SupervisedSettings examples = new() { Data = ExamplesFile, Output = Folder };
            return new SupervisedRun(Shared(examples, 1)) { OpenModel = open };
        }

        ReinforcementSettings own = new()
        {
            Data = PromptSets.FileOf(settings.Output, "learn"), Output = Folder, Columns = settings.Columns,
            Recipe = Recipe, MaxResponseTokens = settings.MaxResponseTokens,
        };
        ReinforcementSettings shared = Shared(own, Recipe.UpdatesPerRollout);
        return new ReinforcementRun(shared with { BatchSize = settings.BatchSize * Recipe.Minibatches }) { OpenModel = open };
    }

    /// <summary>The best answer to each prompt as an example; of prompts whose answers had no reward there is none.</summary>
    /// <param name="measured">The prompts with their answers.</param>
    /// <param name="rows">The same prompts' rows, in order.</param>
    public void WriteExamples(IReadOnlyList<MeasuredPrompt> measured, IReadOnlyList<JsonElement> rows)
    {
        using MemoryStream lines = new();
        RowColumns? columns = RowColumns.ParseAny(settings.Columns);
        int written = 0;
        foreach ((MeasuredPrompt prompt, JsonElement row) in measured.Zip(rows))
        {
            MeasuredAnswer? best = prompt.Answers.Where(a => a.Reward is not null && a.Text.Length > 0).MaxBy(a => a.Reward);
            if (best is null) continue;
            RowPrompt asked = RowForms.Prompt(new RowFields(row, columns));
            written++;
            lines.Write(RowWriter.Line(w =>
            {
                if (asked.Text is { } text)
                {
                    w.WriteString("prompt", text);
                    w.WriteString("completion", best.Text);
                    return;
                }

                RowWriter.Messages(
                    w, "messages", [.. asked.Conversation, new Text.ConversationMessage("assistant", best.Text)]);
            }));
        }

        if (written == 0) throw new InputException("Recipe: expected a reward for one answer at least, found none.");
        WholeFile.Write(ExamplesFile, lines.GetBuffer().AsSpan(0, (int)lines.Length));
    }

    /// <summary>What the gradients will take, where every answer has so many tokens.</summary>
    /// <param name="session">The model.</param>
    /// <param name="batch">Prompts of a batch.</param>
    /// <param name="length">Tokens of an answer.</param>
    /// <param name="cancellation">Stops it.</param>
    public Forecast Gradients(ModelSession session, int[][] batch, int length, CancellationToken cancellation)
    {
        int responses = settings.Method switch { AlignMethod.Rl => Recipe.GroupSize, AlignMethod.Dpo => 2, _ => 1 };
        TokenBatch Of(IEnumerable<int[]> some, int each, int most)
        {
            TokenBatch tokens = new(dropoutKey: null);
            foreach (int[] prompt in some)
            {
                if (tokens.Tree.TokenCount >= most) break;
                tokens.AddGroup(0, prompt, [.. Enumerable.Range(0, responses).Select(_ => Filled(prompt, each))]);
            }

            return tokens;
        }

        PassSize[] passes =
        [
            .. batch.Take(settings.BatchSize).Chunk(settings.MicroBatchSize ?? settings.BatchSize)
                .Select(p => PassSize.Of(Of(p, length, int.MaxValue))),
        ];
        TrainingSettings training = settings.Method == AlignMethod.BestOfN
            ? Shared(new SupervisedSettings { Data = "", Output = Folder }, 1)
            : Shared(new ReinforcementSettings { Data = "", Output = Folder }, 1);
        return new TrainingForecast(training with { Choice = null, SampleEvery = Steps }, session)
        {
            Steps = Steps,
            Passes = _ => passes,
            Piece = tokens => Of(batch, Math.Max(2, Math.Min(length, tokens / (responses + 1))), tokens / 2),
            HeldOut = [],
            HasReference = settings.Method != AlignMethod.BestOfN,
            FrozenFolder = settings.Method == AlignMethod.BestOfN || settings.LoraRank > 0 ? null : session.Folder,
            SampleTokens = length,
        }.Of(cancellation);
    }

    /// <summary>Rows as prompts' ids.</summary>
    public static int[][] Prompts(AlignSettings settings, ModelSession session, IReadOnlyList<JsonElement> rows)
    {
        RowColumns? columns = RowColumns.ParseAny(settings.Columns);
        RowEncoder encoder = RowEncoder.Of(session, settings.Format);
        return [.. rows.Select(r => encoder.EncodePrompt(RowForms.Prompt(new RowFields(r, columns))))];
    }

    // What stands for an answer of so many tokens: their number alone counts.
    private static int[] Filled(int[] prompt, int length) =>
        [.. Enumerable.Range(0, length).Select(i => prompt[i % prompt.Length])];

    private T Shared<T>(T own, int updates)
        where T : TrainingSettings => own with
    {
        Model = settings.Model, Format = settings.Format, Steps = Steps, BatchSize = settings.BatchSize,
        MicroBatchSize = settings.MicroBatchSize, LearningRate = AlignRates.Of(settings, parameters),
        LoraRank = settings.LoraRank,
        Seed = settings.Seed, Resume = Directory.Exists(Folder), ReportFile = Path.Combine(settings.Output, "run.html"),
        SaveEvery = settings.Checkpoints == 0 ? 0 : Math.Max(1, Steps / settings.Checkpoints / updates) * updates,
        Choice = primary.Measure is not { } measure ? null : new ModelChoice
        {
            Prompts = PromptSets.FileOf(settings.Output, "choose"), Columns = settings.Columns, Measure = measure,
            NeedsAnswers = primary.NeedsAnswers, Samples = ChoiceSamples, MaxResponseTokens = settings.MaxResponseTokens,
            Every = Every,
        },
    };
}
