using Innate.Generation;
using Innate.Server.Metrics;
using Innate.Server.Models;

namespace Innate.Server.Scheduling;

/// <summary>The responses that are being drawn, of all requests together. The worker's alone.</summary>
/// <param name="slots">Responses at work at once.</param>
/// <param name="metrics">Counts the tokens.</param>
internal sealed class Drawing(int slots, ServerMetrics metrics) : IDisposable
{
    private readonly Dictionary<ServedModel, ContinuousDecoding> _decoders = [];
    private readonly List<DrawWork> _works = [];
    private volatile int _active;

    public bool IsBusy => _works.Count > 0;

    /// <summary>Whether more would be at work at once, rather than stand in line here.</summary>
    public bool HasRoom => _works.Sum(w => w.Items) < slots;

    /// <summary>Responses at work.</summary>
    public int Active => _active;

    public void Add(DrawWork work)
    {
        if (!_decoders.TryGetValue(work.Model, out ContinuousDecoding? decoder))
        {
            _decoders[work.Model] = decoder = new ContinuousDecoding(work.Model.Decoder!, slots);
        }

        decoder.Add(work.Job);
        _works.Add(work);
    }

    /// <summary>One token of each response; the finished ones are handed out.</summary>
    public void Step()
    {
        foreach (DrawWork work in _works.Where(w => !w.IsWanted).ToArray()) Leave(work);
        foreach ((ServedModel model, ContinuousDecoding decoder) in _decoders.ToArray())
        {
            DrawWork[] own = [.. _works.Where(w => w.Model == model)];
            long before = decoder.TokensSampled;
            try
            {
                if (own.Length > 0) decoder.Step(CancellationToken.None);
                metrics.Drawn(decoder.TokensSampled - before);
                foreach (DrawWork work in own.Where(w => w.Job.IsDone))
                {
                    work.Complete();
                    Leave(work);
                }
            }
#pragma warning disable CA1031 // whatever went wrong is the requests' to hear; the worker goes on
            catch (Exception e)
#pragma warning restore CA1031
            {
                foreach (DrawWork work in own)
                {
                    work.Fail(e);
                    Leave(work);
                }
            }
        }

        _active = _decoders.Values.Sum(d => d.Active);
    }

    public void Dispose()
    {
        foreach (DrawWork work in _works.ToArray())
        {
            work.Fail(new StoppingException());
            Leave(work);
        }
    }

    private void Leave(DrawWork work)
    {
        _works.Remove(work);
        ContinuousDecoding decoder = _decoders[work.Model];
        decoder.Remove(work.Job);
        if (_works.All(w => w.Model != work.Model))
        {
            decoder.Dispose();
            _decoders.Remove(work.Model);
        }

        work.Release();
    }
}
