using Innate.Checkpoints;
using Innate.Compute;
using Innate.Generation;
using Innate.Learning;
using Innate.Learning.Optimization;
using Innate.Learning.Ranks;
using Innate.Learning.Runs;
using Innate.Models;
using Innate.Runs.Training;
using Innate.Sessions;

namespace Innate.Runs.Foretelling;

/// <summary>What a training run will take: its passes, at the pace of small ones on the real model.</summary>
/// <param name="settings">The run.</param>
/// <param name="session">The model's folder.</param>
internal sealed class TrainingForecast(TrainingSettings settings, ModelSession session)
{
    private const int SmallTokens = 96, LargeTokens = 384, SampleRows = 4;

    // Bytes a second at which checkpoints and the result are written.
    private const double WritingSpeed = 1e9;

    /// <summary>Optimizer steps.</summary>
    public required int Steps { get; init; }

    /// <summary>The passes of a step, from 1.</summary>
    public required Func<int, IEnumerable<PassSize>> Passes { get; init; }

    /// <summary>So many tokens of the rows.</summary>
    public required Func<int, TokenBatch> Piece { get; init; }

    /// <summary>Whether a frozen model reads each pass too, before it is learned from.</summary>
    public bool HasReference { get; init; }

    /// <summary>The checkpoint of a frozen model that is held beside the one that learns; null: there is none.</summary>
    public string? FrozenFolder { get; init; }

    /// <summary>What held-out rows read; empty: there are none.</summary>
    public required IReadOnlyList<PassSize> HeldOut { get; init; }

    /// <summary>How long a sample is expected to be.</summary>
    public required int SampleTokens { get; init; }

    /// <summary>Foretells; the gradients' memory is taken where the machine has it.</summary>
    public Forecast Of(CancellationToken cancellation)
    {
        ModelConfig config = session.Config!;
        int threads = settings.Model.Threads ?? Environment.ProcessorCount;
        long tokens = 0, largest = 0;
        double work = 0;
        int passes = 0;
        bool narrow = settings.OptimizerState == MomentType.Bfloat16;
        long weights, state, waiting;
        using (Checkpoint checkpoint = Checkpoint.Open(session.Folder))
        {
            weights = settings.HasLora ? checkpoint.Tensors.Values.Sum(t => t.Length)
                : TrainingMemory.Weights(checkpoint.Tensors.Values);
            state = settings.HasLora
                ? TrainingMemory.Optimizer(AdapterValues(config), ElementType.Float16, narrow)
                : checkpoint.Tensors.Values.Sum(t => TrainingMemory.Optimizer(t.Count, t.Type, narrow));

            // Gradients of shares that wait for others'.
            waiting = sizeof(float) * ShareNode.MostWaiting(settings.Shares)
                * (settings.HasLora ? AdapterValues(config) : checkpoint.Tensors.Values.Sum(t => t.Count));
        }

        var room = new ActivationRoom(
            settings.HasLora ? AdapterValues(config) / config.LayerCount * sizeof(float) : TrainingMemory.LayerGradients(config),
            GradientPass.DefaultKeepBytes(weights));
        for (int step = 1; step <= Steps; step++)
        {
            foreach (PassSize pass in Passes(step))
            {
                passes++;
                tokens += pass.Tokens;
                work += PassWork.Training(config, pass, room) + (HasReference ? PassWork.Reading(config, pass) : 0);
                largest = Math.Max(largest, TrainingMemory.Passes(config, pass, threads, room));
            }
        }

        long frozen = 0;
        if (FrozenFolder is not null)
        {
            using Checkpoint checkpoint = Checkpoint.Open(FrozenFolder);
            frozen = checkpoint.Tensors.Values.Sum(t => t.Length);
        }

        long peak = Environment.WorkingSet + weights + frozen + state + waiting + largest;
        var forecast = new Forecast { Unit = "steps", Items = Steps, Tokens = tokens, PeakBytes = peak };
        return peak > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes ? forecast
            : Timed(forecast, work, passes, (weights, frozen), state, room, cancellation);
    }

    private Forecast Timed(
        Forecast forecast, double work, int passes, (long Own, long Frozen) weights, long state, ActivationRoom room,
        CancellationToken cancellation)
    {
        var source = new ModelSource { Threads = settings.Model.Threads, Simd = settings.Model.Simd };
        LocalModel? model = null;
        TrainedWeights? learning = null;
        try
        {
            double load = Pace.Seconds(() =>
            {
                _ = session.Fingerprint(settings.Format.Raw);
                model = settings.HasLora
                    ? LocalModel.Load(session.Folder, source)
                    : LocalModel.LoadWidened(session.Folder, source);
                LoraAdapters? adapters = TrainedPart.Adapters(settings, session, model.Decoder, from: null);
                learning = new TrainedWeights(adapters?.Parameters ?? TrainedPart.Unfrozen(settings, model.Decoder),
                    narrowMoments: settings.OptimizerState == MomentType.Bfloat16);
            });
            load += load * weights.Frozen / weights.Own;
            CausalLanguageModel decoder = model!.Decoder;
            using var pass = new GradientPass(decoder, learning!.Gradients);
            (double, Action) Gradients(int tokens)
            {
                TokenBatch batch = Piece(tokens);
                return (PassWork.Training(decoder.Config, PassSize.Of(batch), room), () =>
                {
                    HeadTrace trace = pass.Forward(batch.Tree, batch.Rows, batch.Targets, cancellation: cancellation);
                    pass.Backward(new HeadGradient(new double[trace.Q.Length]), cancellation);
                });
            }

            Pace pace = Pace.Measure(Gradients(SmallTokens), Gradients(LargeTokens));
            double update = Enumerable.Range(1, 2).Min(step => Pace.Seconds(() => AdamW.Step(
                decoder.Kernels, learning, new AdamWOptions(), step, 0, learning.GradientNorm(decoder.Kernels))));
            TrainingLoopOptions loop = settings.Loop(Steps);
            double seconds = load + pace.First + (passes * pace.Fixed) + (work * pace.PerUnit) + (Steps * update)
                + (Times(loop.EvalEvery) * (HasReference ? 2 : 1)
                    * HeldOut.Sum(p => pace.Of(PassWork.Reading(decoder.Config, p))))
                + (Times(loop.SampleEvery) * Math.Min(SampleTokens, 160) * TokenSeconds(decoder, cancellation));

            // Each checkpoint holds the weights and what the optimizer remembers, the result the weights alone.
            long result = settings.HasLora ? state / 4 : weights.Own;
            seconds += (result + (Times(loop.SaveEvery) * (result + (2.0 / 3 * state)))) / WritingSpeed;
            return forecast with { LoadSeconds = load, Seconds = seconds };
        }
        finally
        {
            learning?.Dispose();
            model?.Dispose();
        }
    }

    // A sampled token of one response.
    private double TokenSeconds(CausalLanguageModel decoder, CancellationToken cancellation)
    {
        if (!session.HasTokenizer) return 0;
        int[] prompt = [.. Piece(SmallTokens).Tree.Nodes[0].Tokens.Take(SmallTokens)];
        using var decoding = new ContinuousDecoding(decoder, 1);
        decoding.Add(new DecodingJob([prompt], 1, new SamplingOptions { MaxTokens = SampleRows + 2, Lookup = false }));
        decoding.Step(cancellation);
        return Enumerable.Range(0, SampleRows).Min(_ => Pace.Seconds(() => decoding.Step(cancellation)));
    }

    // Every so many steps, and after the last.
    private int Times(int every) => every == 0 ? 0 : (Steps / every) + (Steps % every > 0 ? 1 : 0);

    private long AdapterValues(ModelConfig config) =>
        ModelTensors.LayerMatrices(config).Sum(t => settings.LoraRank * (t.Shape[0] + t.Shape[1]));
}
