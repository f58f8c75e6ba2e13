using Innate.Checkpoints;
using Innate.Cli.Terminal;
using Innate.Generation;
using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Optimization;
using Innate.Learning.Runs;
using Innate.Learning.Watching;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards.External;
using Innate.Reinforcement.Rollouts;
using Innate.Reports;
using Innate.Rewards;
using Innate.Rows;
using Innate.Text;
using Innate.Traces;

namespace Innate.Cli.Training;

/// <summary>One training run from its settings to its final folder, read from top to bottom.</summary>
/// <param name="settings">What was asked for, in range.</param>
/// <param name="session">The model's folder: tokenizer, template.</param>
/// <param name="format">How text becomes tokens.</param>
/// <param name="threads">Null: one a core.</param>
/// <param name="io">The world.</param>
internal sealed partial class TrainRun(TrainSettings settings, ModelSession session, ChatFormatOptions format, int? threads, CliIo io)
{
    private static readonly System.Text.Json.JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string _checkpoints = RunFolder.Checkpoints(settings.Output);
    private readonly string _final = RunFolder.Final(settings.Output);
    private readonly string _best = Path.Combine(settings.Output, "best");
    private readonly Lazy<AskedText> _asked = new(() => new AskedText(session.Tokenizer, () => session.Format(format)));

    public int Run()
    {
        using RunFolder folder = new(settings.Output);
        return Train(folder);
    }

    private int Train(RunFolder folder)
    {
        if (session.IsClassifier)
        {
            throw new InputException($"{session.Folder} is a trained reward model with a score head: only a decoder can be trained.");
        }

        folder.Require(settings.Resume);
        TrainData data = ReadData(settings.Data), heldOut = settings.EvalData is { } file ? ReadData(file, isHeldOut: true) : TrainData.None;
        int steps = settings.Steps > 0 ? settings.Steps : (int)Math.Ceiling(settings.Epochs * data.Count / settings.BatchSize) * (settings.Rl?.Recipe.UpdatesPerRollout ?? 1);
        Dictionary<string, string> deciding = settings.Deciding(
            steps, Digest.OfModel(session.Folder), Digest.Whole(settings.Data),
            settings.Reference is { } dir ? Digest.OfModel(ModelSession.Open(dir, threads).Folder) : null,
            $"{format.Raw} {format.System} {string.Join(' ', format.Variables ?? new Dictionary<string, string>())}");

        string? from = settings.Resume ? TrainingCheckpoint.Newest(_checkpoints) : null;
        int done = 0;
        StepMetrics? untold = null;
        if (from is not null)
        {
            TrainingCheckpoint.RequireSameRun(from, deciding);
            (done, untold) = (TrainingCheckpoint.StepOf(from), TrainingCheckpoint.Untold(from));
        }

        folder.Lock();
        if (settings.Rl is { } chosen) File.WriteAllText(Path.Combine(settings.Output, "recipe.json"), chosen.ToJson().ToJsonString(Indented) + "\n");
        TrainingCheckpoint.DeletePartial(_checkpoints);
        TrainingCheckpoint.DeletePartial(settings.Output, Path.GetFileName(_final));
        using LanguageModel model = LanguageModel.Load(
            from is null || settings.HasLora ? session.Folder : from, new LanguageModelOptions { Threads = threads });
        CausalLanguageModel decoder = model.Decoder;
        LoraAdapters? adapters = Adapters(decoder, from);
        ValueHead? value = settings.Rl?.Recipe.Advantage == AdvantageKind.Gae
            ? new ValueHead(decoder.Config.HiddenSize, settings.Rl.Recipe.ValueRate)
            : null;
        using TrainedWeights weights = new([.. adapters?.Parameters ?? Unfrozen(decoder), .. value is null ? [] : new[] { value.Parameter }]);
        if (from is not null) TrainingCheckpoint.ReadMoments(from, weights, decoder.Kernels);
        bool hasReference = settings.Dpo is not null || (settings.Rl?.Recipe.NeedsFrozen ?? false);
        using LanguageModel? reference = !hasReference || (settings.HasLora && settings.Reference is null)
            ? null
            : LanguageModel.Load(
                settings.Reference is { } other ? ModelSession.Open(other, threads).Folder : session.Folder,
                new LanguageModelOptions { Threads = threads });

        if (reference is not null) RequireComparable(reference.Decoder, decoder);
        using GradientPass pass = new(decoder, weights.Gradients);
        CausalLanguageModel frozen = reference?.Decoder ?? decoder;
        LoraAdapters? switchedOff = reference is null ? adapters : null;
        using ExternalRewards outside = ExternalRewards.Of(settings.Rl?.Recipe.Rewards ?? []);
        ITrainingRecipe recipe = settings.Rl is { } rl
            ? Reinforcement(rl, pass, weights, decoder, data, heldOut, frozen, switchedOff, value, outside)
            : Recipe(pass, data, heldOut, frozen, switchedOff);
        TrainingProgress progress = new(
            io.Error, io.ErrorIsTerminal, io.Width, settings.Quiet, steps, io.ErrorIsTerminal ? io.Colours : ColourDepth.None);
        Announce(weights, decoder, data, steps, done);
        using (RunRecorder recorder = RunRecorder.Open(settings.Output, !settings.Resume ? null : untold is null ? done : done - 1))
        {
            RunBrakes? brakes = settings.Rl is { } limits
                ? RunBrakes.Of(limits.Brakes with { AnchorQuestions = heldOut.Prompts?.Count ?? 0 }, settings.Output, _best)
                : null;
            TrainingLoopOptions how = settings.Loop(steps);
            TrainingLoop loop = new(decoder.Kernels, weights, recipe, how, new TrainingLoopHooks(
                metrics =>
                {
                    recorder.Record(metrics);
                    progress.Report(metrics);
                    brakes?.Observe(metrics, folder => WriteModel(decoder, adapters, folder));
                },
                session.HasTokenizer
                    ? step =>
                    {
                        TrainingSample? sample = recipe is ReinforcementTraining learning ? Sample(learning, step) : Sample(decoder, data, step);
                        if (sample is null) return;
                        recorder.Record(sample);
                        progress.Sample(sample);
                    }
                    : null,
                (step, left) => TrainingCheckpoint.Write(
                    _checkpoints, step, left, deciding, weights, folder => WriteModel(decoder, adapters, folder), settings.Keep))
            {
                IsEvalDue = brakes is null ? null : step => brakes.IsAnchorDue(step, how.EvalEvery),
                IsOver = brakes is null ? null : () => brakes.Stop is not null,
            });
            StepMetrics? last;
            try
            {
                last = Loop(loop, done, untold, progress);
            }
            catch (Exception e) when (e is OperationCanceledException or TrainingDivergedException or TrainingInterruptedException)
            {
                // How far it came, and how it went wrong, is what the curves are for.
                recorder.WriteReport(Title, Facts(weights, decoder, data, steps));
                throw;
            }

            if (last is not null) progress.Finish(last);
            recorder.WriteReport(Title, Facts(weights, decoder, data, steps));
            if (brakes is not null && brakes.Finish(_final, io.Error, settings.Quiet)) return Told();
        }

        if (settings.Merge) adapters!.Merge();
        WholeFolder.Replace(_final, folder => WriteModel(decoder, settings.Merge ? null : adapters, folder));
        return Told();
    }

    private int Told()
    {
        using StreamWriter output = io.TextOutput();
        output.WriteLine(_final);
        return ExitCodes.Success;
    }

    private string Title => settings.Rl is not null ? "Reinforcement learning"
        : settings.Loss is not null ? "Supervised fine-tuning"
        : settings.Dpo is not null ? "Direct preference optimization" : "Simple preference optimization";

    private StepMetrics? Loop(TrainingLoop loop, int done, StepMetrics? untold, TrainingProgress progress)
    {
        io.SavesWhenStopped = true;
        try
        {
            return loop.Run(done, untold, io.Cancellation);
        }
        catch (OperationCanceledException)
        {
            progress.Clear();
            if (!settings.Quiet) io.Error.WriteLine($"stopped; {GoOn()}");
            throw;
        }
        catch (TrainingDivergedException e)
        {
            progress.Clear();
            throw new TrainingDivergedException($"{e.Message}; {GoOn()}.", e);
        }
        catch (TrainingInterruptedException e)
        {
            progress.Clear();
            throw new TrainingInterruptedException($"{e.Message}; {GoOn()}.", e);
        }
        catch (IOException e)
        {
            progress.Clear();
            throw new IOException($"{e.Message.TrimEnd('.')}; {GoOn()}.", e);
        }
        finally
        {
            io.SavesWhenStopped = false;
        }
    }

    private string GoOn() => TrainingCheckpoint.Newest(_checkpoints) is { } newest
        ? $"the last good checkpoint is {newest}, --resume goes on from it"
        : "no checkpoint was saved before";

    private TrainData ReadData(string file, bool isHeldOut = false)
    {
        if (settings.Rl is { } rl)
        {
            ModelConfig config = session.Config!.Value;
            return new TrainData(null, null, PromptRows.Read(
                file, session.Tokenizer, session.Format(format), PromptBudget(rl, config.MaxPositions), config.VocabularySize,
                isHeldOut || rl.Recipe.Rewards.Any(r => r.NeedsAnswers), io.Cancellation));
        }

        int context = session.Config!.Value.MaxPositions;
        if (settings.MaxTokens > context)
        {
            throw new InputException($"--max-tokens takes at most the model's context of {context}, not {settings.MaxTokens}.");
        }

        TrainingRowOptions options = new()
        {
            Loss = settings.Loss ?? LossTokens.Response,
            MaxTokens = settings.MaxTokens > 0 ? settings.MaxTokens : context,
            OverLength = settings.OverLength,
            VocabularySize = session.Config.Value.VocabularySize,
        };
        TrainData data = settings.Loss is not null
            ? new TrainData(SupervisedRows.Read(file, session.Tokenizer, () => session.Format(format), options, io.Cancellation), null)
            : new TrainData(null, PreferenceRows.Read(file, session.Tokenizer, () => session.Format(format), options, io.Cancellation));
        if (!settings.Quiet && data.Skipped + data.Truncated > 0)
        {
            io.Error.WriteLine($"{file}: longer than {options.MaxTokens} tokens: {data.Skipped} rows left out, {data.Truncated} cut");
        }

        return data;
    }

    // A reference of other ids would give numbers without meaning and no error.
    private void RequireComparable(CausalLanguageModel reference, CausalLanguageModel decoder)
    {
        ModelConfig its = reference.Config, ours = decoder.Config;
        if (its.IsClassifier) throw new InputException($"--reference: {settings.Reference} is a reward model with a score head, no decoder.");
        int longest = settings.MaxTokens > 0 ? settings.MaxTokens : ours.MaxPositions;
        if (its.VocabularySize == ours.VocabularySize && its.MaxPositions >= longest) return;
        throw new InputException(
            $"--reference: {settings.Reference}: expected a vocabulary of {ours.VocabularySize} as the model has, and a context for "
            + $"rows of up to {longest} tokens (--max-tokens), found {its.VocabularySize} and {its.MaxPositions}.");
    }

    private LoraAdapters? Adapters(CausalLanguageModel decoder, string? from)
    {
        if (!settings.HasLora) return null;
        int most = decoder.Maps.Max(m => Math.Min(m.Map.Weight.Columns, m.ModuleOutputs));
        if (settings.LoraRank > most)
        {
            throw new InputException(
                $"--lora-rank: expected at most {most}, the smaller side of the model's largest matrix, found {settings.LoraRank}.");
        }

        AdapterConfig config = new()
        {
            Rank = settings.LoraRank,
            Alpha = settings.LoraAlpha > 0 ? settings.LoraAlpha : 2 * settings.LoraRank,
            Dropout = settings.LoraDropout,
            TargetModules = settings.LoraTargets.Count > 0 ? settings.LoraTargets : [AdapterConfig.AllLinear],
            // The model inside is where the tool is installed; its name outlives a move.
            BaseModel = session.Folder == EmbeddedModel.Folder ? EmbeddedModel.Name : session.Folder,
        };
        return from is null ? LoraAdapters.Attach(decoder, config, settings.Seed) : LoraAdapters.Load(decoder, from);
    }

    private List<ModelParameter> Unfrozen(CausalLanguageModel decoder)
    {
        foreach (string pattern in settings.Freeze)
        {
            if (!decoder.Parameters.Any(p => NamePattern.Matches(pattern, p.TensorName)))
            {
                throw new InputException(
                    $"--freeze takes tensor names, * for any characters, such as model.embed_tokens.*; none is named {pattern}.");
            }
        }

        List<ModelParameter> left =
            [.. decoder.Parameters.Where(p => !settings.Freeze.Any(pattern => NamePattern.Matches(pattern, p.TensorName)))];
        return left.Count > 0 ? left : throw new InputException("--freeze leaves no weight to train.");
    }

    private ITrainingRecipe Recipe(
        GradientPass pass, TrainData data, TrainData heldOut, CausalLanguageModel reference, LoraAdapters? referenceAdapters)
    {
        Batching batching = new()
        {
            BatchSize = settings.BatchSize,
            MicroBatchSize = settings.MicroBatchSize > 0 ? settings.MicroBatchSize : settings.BatchSize,
            Seed = settings.Seed,
            HasDropout = settings.LoraDropout > 0,
            Source = settings.Data,
        };
        if (data.Sequences is { } sequences) return new SupervisedTraining(pass, sequences, batching, heldOut.Sequences);
        PreferenceLoss loss = settings.Dpo is { } dpo
            ? PreferenceLoss.DpoAgainst(dpo, reference, referenceAdapters)
            : PreferenceLoss.SimPoOf(settings.SimPo!);
        return new PreferenceTraining(pass, data.Pairs!, batching, loss, heldOut.Pairs);
    }

    // The likeliest answer to one of the prompts, each time another.
    private TrainingSample Sample(CausalLanguageModel decoder, TrainData data, int step)
    {
        int[] prompt = data.Prompt(new ExampleOrder(data.Count, settings.Seed ^ 0x5a).Batch(step, 1)[0]);
        int room = decoder.Config.MaxPositions - prompt.Length;
        SamplingOptions options = new() { Temperature = 0, MaxTokens = Math.Clamp(room, 1, 160), StopIds = session.StopIds(format) };
        GeneratedResponse response = new ModelGenerator(decoder).Generate([prompt], 1, options, null, io.Cancellation)[0][0];
        return new TrainingSample(step, _asked.Value.Of(prompt), session.Tokenizer.Decode(response.TokenIds, skipSpecialTokens: true));
    }

    private void WriteModel(CausalLanguageModel decoder, LoraAdapters? adapters, string folder)
    {
        if (adapters is not null) adapters.Save(folder);
        else ModelWriter.Write(decoder, session.Folder, folder);
    }
}
