using System.Diagnostics;
using System.Globalization;
using Innate.Learning;
using Innate.Learning.Ranks;
using Innate.Learning.Watching;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Runs.Training;
using Innate.Sessions;

namespace Innate.Runs.Arena;

/// <summary>
/// Runs recipes from the same start with the same budget of sampled tokens, beside a random reward, rewards dealt out anew and
/// verified answers, and says what is shown. Files: arena.json (every run's figures), arena.html. A cell that is in arena.json is
/// not run again.
/// </summary>
/// <param name="settings">Which recipes, on what, for how long.</param>
public sealed class ArenaRun(ArenaSettings settings) : Run<ArenaResult>
{
    private const int Rows = 512, MostSteps = 100_000;

    /// <inheritdoc/>
    public override ArenaResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        TrainingRanks.RequireAlone("The arena");
        Check();
        IReadOnlyList<ArenaEntry> all = ArenaEntry.Of(settings.Recipes);
        ArenaEntry[] entries = [.. all.Where(e => settings.SecondModel is not null || !NeedsSecond(e))];
        if (entries.Length < all.Count)
        {
            string left = string.Join(", ", all.Where(NeedsSecond).Select(e => e.Name));
            events?.Report(new RunNote($"left out, for there is no second model: {left}"));
        }

        WholeFile.MakeFolder(nameof(settings.Output), settings.Output);
        string file = Path.Combine(settings.Output, ArenaResults.FileName);
        using ModelSession start = OpenModel(settings.Model, cancellation);
        Dictionary<string, string> deciding = Deciding(start);
        ArenaMeasure measure = new(start, ArenaWorld.Sets(settings.Questions), settings.MaxResponseTokens);
        // The start is measured anew where an arena goes on too: its votes split the questions.
        ArenaResults results = new(deciding, measure.Of(start, cancellation), []);
        if (File.Exists(file)) results = Same(ArenaResults.Read(file), deciding, file);
        else results.Write(file);
        int[] seeds = [.. Enumerable.Range(1, settings.Seeds)];
        results = Run(entries, seeds, results, measure, start, file, events, cancellation);
        ArenaFindings findings = new(entries, results.Start, results.Cells);
        ArenaEntry[] shown = [.. entries.Where(e => !e.IsControl && findings.Round(e, fresh: false).IsShown)];
        if (shown.Length > 0 && settings.FreshSeeds > 0)
        {
            int[] fresh = [.. Enumerable.Range(ArenaFindings.FirstFresh, settings.FreshSeeds)];
            ArenaEntry[] again =
            [
                ArenaEntry.Random, .. shown, .. shown.Where(e => e.HasShuffled).Select(e => e.Shuffled()),
            ];
            results = Run(again, fresh, results, measure, start, file, events, cancellation);
        }

        ArenaReport.Write(entries, results, settings, Path.Combine(settings.Output, "arena.html"));
        return new ArenaResult(ArenaText.Of(entries, results, settings));
    }

    private static bool NeedsSecond(ArenaEntry entry) => entry.Recipe.Needs.HasFlag(RecipeNeeds.SecondModel);

    private ArenaResults Run(
        IReadOnlyList<ArenaEntry> entries, int[] seeds, ArenaResults results, ArenaMeasure measure, ModelSession start,
        string file, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        // Seed by seed, so that an arena that was stopped early has as many seeds of each.
        (int Seed, ArenaEntry Entry)[] left =
        [
            .. seeds.SelectMany(s => entries.Select(e => (s, e)))
                .Where(c => !results.Cells.Any(d => d.Entry == c.e.Name && d.Seed == c.s)),
        ];
        for (int i = 0; i < left.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ArenaCell cell = Cell(left[i].Entry, left[i].Seed, results.Start["length"], measure, start, cancellation);
            results = results with { Cells = [.. results.Cells, cell] };
            results.Write(file);
            events?.Report(new RunNote(string.Create(
                CultureInfo.InvariantCulture,
                $"{i + 1} of {left.Length}: {cell.Entry}, seed {cell.Seed}: accuracy {results.Start["accuracy"]:P1} to "
                + $"{cell.After["accuracy"]:P1}, {cell.Seconds:F0} s{(cell.Stopped is { } why ? $"; {why}" : "")}")));
        }

        return results;
    }

    // A run that diverges or is braked is a result: the model that it left is measured.
    private ArenaCell Cell(
        ArenaEntry entry, int seed, double length, ArenaMeasure measure, ModelSession start, CancellationToken cancellation)
    {
        string folder = Path.Combine(
            settings.Output, "runs", string.Create(CultureInfo.InvariantCulture, $"{entry.Name}-{seed}"));
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        string rows = Path.Combine(folder, "rows.jsonl"), run = Path.Combine(folder, "run");
        ArenaWorld.WriteRows(rows, entry.Recipe.Needs, Rows, (ulong)seed);
        ReinforcementSettings training = Training(entry, seed, rows, run, folder, length);
        long began = Stopwatch.GetTimestamp();
        string? stopped = null;
        string model = RunFolder.Final(run);
        try
        {
            stopped = new ReinforcementRun(training) { OpenModel = OpenModel }.Execute(null, cancellation).Stopped;
        }
        catch (Exception e) when (e is TrainingDivergedException or TrainingInterruptedException)
        {
            (stopped, model) = (e.Message, start.Folder);
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        IReadOnlyList<StepMetrics> steps = MetricsLog.Read(Path.Combine(run, "metrics.jsonl"));
        using ModelSession left = OpenModel(settings.Model with { Model = model }, cancellation);
        ArenaCell cell = new(
            entry.Name, seed, measure.Of(left, cancellation), Means(steps),
            (long)(steps.LastOrDefault(s => s["sampled_tokens"] is not null)?["sampled_tokens"] ?? 0),
            steps.Count == 0 ? 0 : steps[^1].Step, seconds)
        {
            Stopped = stopped,
        };
        if (!settings.KeepRuns) Directory.Delete(folder, recursive: true);
        return cell;
    }

    private ReinforcementSettings Training(
        ArenaEntry entry, int seed, string rows, string run, string folder, double length)
    {
        ReinforcementSettings recipe = new ReinforcementSettings
        {
            Data = rows, Output = run, Model = settings.Model, Seed = (ulong)seed, BatchSize = settings.BatchSize,
            MaxResponseTokens = settings.MaxResponseTokens, Schedule = LearningRateDecay.Constant, Warmup = 0,
            TokenBudget = settings.Tokens, Brakes = new BrakeOptions { EntropyFloor = 0, LengthFactor = 1e9, AnchorDrop = 1 },
            SampleEvery = MostSteps,
        }.With(entry.Recipe);
        RlRecipe learns = recipe.Recipe;
        int batches = Math.Max(
            1, (int)Math.Round(settings.Tokens / (settings.BatchSize * learns.GroupSize * Math.Max(1, length))));
        string held = Path.Combine(folder, "held-out.jsonl");
        bool asksHeldOut = entry.Recipe.Needs.HasFlag(RecipeNeeds.HeldOut);
        if (asksHeldOut) ArenaWorld.WriteRows(held, RecipeNeeds.Answers, 24, ulong.MaxValue - (ulong)seed);
        return recipe with
        {
            Steps = batches * learns.UpdatesPerRollout, LearningRate = settings.LearningRate,
            EvalData = asksHeldOut ? held : null, EvalEvery = asksHeldOut ? Math.Max(1, batches / 8) : null,
            SecondModel = entry.Recipe.Needs.HasFlag(RecipeNeeds.SecondModel) ? settings.SecondModel : null,
            Recipe = learns.HasValueHead ? learns with { ValueWarmup = 1 } : learns,
        };
    }

    private static SortedDictionary<string, double> Means(IReadOnlyList<StepMetrics> steps)
    {
        SortedDictionary<string, double> means = new(StringComparer.Ordinal);
        foreach ((string name, string metric) in new[]
        {
            ("reward", "reward"), ("clip_fraction", "clip_fraction"), ("dead_groups", "dead_groups"), ("grad_norm", "grad_norm"),
            ("trained_entropy", "entropy"), ("reference_reset", "reference_reset"),
        })
        {
            double[] values = [.. steps.Select(s => s[metric]).OfType<double>().Where(double.IsFinite)];
            if (values.Length > 0) means[name] = values.Average();
        }

        return means;
    }

    private void Check()
    {
        List<InputProblem> problems = [];
        void Require(bool holds, string field, string expected, string found)
        {
            if (!holds) problems.Add(new InputProblem(field, expected, found));
        }

        Require(settings.World == ArenaWorld.Name, nameof(settings.World), ArenaWorld.Name, $"'{settings.World}'");
        Require(settings.Seeds >= 1, nameof(settings.Seeds), "a whole number of at least 1", $"{settings.Seeds}");
        Require(settings.FreshSeeds >= 0, nameof(settings.FreshSeeds), "a whole number of at least 0", $"{settings.FreshSeeds}");
        Require(settings.Tokens >= 1, nameof(settings.Tokens), "a whole number of at least 1", $"{settings.Tokens}");
        Require(settings.BatchSize >= 1, nameof(settings.BatchSize), "a whole number of at least 1", $"{settings.BatchSize}");
        Require(settings.Questions >= 2, nameof(settings.Questions), "a whole number of at least 2", $"{settings.Questions}");
        if (problems.Count > 0) throw new InputException(problems);
        foreach (string name in settings.Recipes)
        {
            Recipe recipe = RecipeList.Of(name, nameof(settings.Recipes));
            if (!recipe.Needs.HasFlag(RecipeNeeds.SecondModel) || settings.SecondModel is not null) continue;
            throw new InputException(nameof(settings.SecondModel), $"a second model, which {name} needs", "none");
        }
    }

    private Dictionary<string, string> Deciding(ModelSession start) => new(StringComparer.Ordinal)
    {
        ["world"] = settings.World, ["model"] = start.Fingerprint().Id, ["tokens"] = $"{settings.Tokens}",
        ["batch_size"] = $"{settings.BatchSize}", ["max_response_tokens"] = $"{settings.MaxResponseTokens}",
        ["questions"] = $"{settings.Questions}",
        ["learning_rate"] = settings.LearningRate?.ToString("R", CultureInfo.InvariantCulture) ?? "by size",
    };

    private static ArenaResults Same(ArenaResults before, Dictionary<string, string> deciding, string file)
    {
        foreach ((string name, string now) in deciding)
        {
            string then = before.Settings.GetValueOrDefault(name) ?? "nothing";
            if (then != now) throw new InputException($"{file}: expected an arena with {name} {now}, found one with {then}.");
        }

        return before;
    }
}

/// <summary>What an arena says on a terminal.</summary>
/// <param name="Text">Tables and verdicts.</param>
public sealed record ArenaResult(string Text);
