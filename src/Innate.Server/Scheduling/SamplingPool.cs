using Innate.Generation;
using Innate.Server.Metrics;
using Innate.Server.Models;

namespace Innate.Server.Scheduling;

/// <summary>The responses that are being sampled, of all requests together. The worker's alone.</summary>
/// <param name="slots">Responses that are sampled at the same time.</param>
/// <param name="metrics">Counts the tokens.</param>
internal sealed class SamplingPool(int slots, ServerMetrics metrics) : IDisposable
{
    private readonly Dictionary<ServedModel, ContinuousDecoding> _decoders = [];
    private readonly List<SamplingWork> _works = [];
    private volatile int _active;

    public bool IsBusy => _works.Count > 0;

    /// <summary>Whether more would be sampled at once, rather than wait here.</summary>
    public bool HasRoom => _works.Sum(w => w.Items) < slots;

    /// <summary>Responses that are being sampled.</summary>
    public int Active => _active;

    public void Add(SamplingWork work)
    {
        _works.Add(work);
        if (work.Model.Decoder is not { } model) return;
        if (!_decoders.TryGetValue(work.Model, out ContinuousDecoding? decoder))
        {
            _decoders[work.Model] = decoder = new ContinuousDecoding(model, slots);
        }

        decoder.Add(work.Job);
    }

    /// <summary>Samples one token of each response; finished work is completed.</summary>
    public void Step()
    {
        foreach (SamplingWork work in _works.Where(w => !w.IsWanted).ToArray()) Remove(work);
        foreach ((ServedModel model, ContinuousDecoding decoder) in _decoders.ToArray()) Step(model, decoder);
        if (_works.FirstOrDefault(w => w.Model.Decoder is null) is { } whole) SampleWhole(whole);
        _active = _decoders.Values.Sum(d => d.Active);
    }

    public void Dispose()
    {
        foreach (SamplingWork work in _works.ToArray())
        {
            work.Fail(new StoppingException());
            Remove(work);
        }
    }

    // A source without a decoder samples one request after another.
    private void SampleWhole(SamplingWork work)
    {
        _active = work.Items;
        try
        {
            DecodingJob job = work.Job;
            work.Complete(work.Model.Generator!.Generate(job.Prompts, job.ResponsesPerPrompt, job.Options, token =>
            {
                if (!work.IsWanted) throw new OperationCanceledException();
                metrics.Sampled(1);
                job.OnToken?.Invoke(token);
            }).ToArray());
        }
#pragma warning disable CA1031 // whatever went wrong is the request's to hear; the worker goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            work.Fail(e);
        }

        Remove(work);
    }

    private void Step(ServedModel model, ContinuousDecoding decoder)
    {
        SamplingWork[] own = [.. _works.Where(w => w.Model == model)];
        long before = decoder.TokensSampled;
        try
        {
            if (own.Length > 0) decoder.Step(CancellationToken.None);
            metrics.Sampled(decoder.TokensSampled - before);
            foreach (SamplingWork work in own.Where(w => w.Job.IsDone))
            {
                work.Complete();
                Remove(work);
            }
        }
#pragma warning disable CA1031 // whatever went wrong is the requests' to hear; the worker goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (SamplingWork work in own)
            {
                work.Fail(e);
                Remove(work);
            }
        }
    }

    private void Remove(SamplingWork work)
    {
        _works.Remove(work);
        if (_decoders.TryGetValue(work.Model, out ContinuousDecoding? decoder))
        {
            decoder.Remove(work.Job);
            if (_works.All(w => w.Model != work.Model))
            {
                decoder.Dispose();
                _decoders.Remove(work.Model);
            }
        }

        work.Release();
    }
}
