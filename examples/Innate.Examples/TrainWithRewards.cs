using Innate;
using Innate.Foundation;
using Innate.Reinforcement;
using Innate.Rows;
using Innate.Runs;
using Innate.Runs.Training;

namespace Examples;

/// <summary>The model inside learns from its own reward: two steps on questions that are made here.</summary>
public static class TrainWithRewards
{
    public static void Run(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("innate-").FullName;
        string questions = Path.Combine(folder, "questions.jsonl");
        var making = new ArithmeticRun(new ArithmeticSettings
        {
            Output = RowLocation.File(questions),
            Content = ArithmeticContent.Questions,
            Count = 64,
        });
        making.Execute();

        var training = new ReinforcementRun(new ReinforcementSettings
        {
            Data = questions, // without a Model, innate-tiny learns
            Output = Path.Combine(folder, "run"),
            Recipe = RlRecipe.Preset("endorm-grpo") with { GroupSize = 4 },
            Steps = 2,
            BatchSize = 4,
            LearningRate = 3e-4,
            MaxResponseTokens = 64,
        });
        TrainingResult result = training.Execute(new SynchronousProgress<RunEvent>(e =>
        {
            if (e is TrainingStarted started) output.WriteLine(started.Summary);
            if (e is TrainingStepped { Metrics: var step }) output.WriteLine($"step {step.Step}: reward {step["reward"]:0.00}");
            if (e is RunNote note) output.WriteLine(note.Text);
        }));

        using (RewardModel trained = RewardModel.Load(result.Folder))
        {
            output.WriteLine($"{trained.Score("What is 47 + 85?", "132"):0.00}");
        }

        Directory.Delete(folder, recursive: true);
    }
}
