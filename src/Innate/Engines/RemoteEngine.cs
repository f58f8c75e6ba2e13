using System.Globalization;
using Innate.Generation;
using Innate.Models;
using Innate.Traces;

namespace Innate.Engines;

/// <summary>
/// A model that runs elsewhere, as a source of traces and of sampled text: vLLM, SGLang, or another <c>innate serve</c>. Requests
/// go out several at a time; results come back in the order of the questions. May be called from several threads at once.
/// </summary>
/// <remarks>
/// vLLM and SGLang tell log-probabilities alone (<see cref="Parts"/>), at the precision and with the reproducibility of the
/// engine; another Innate tells whole traces, bit for bit its own. Engines stop a response at their model's own end-of-sequence
/// tokens too.
/// </remarks>
public sealed class RemoteEngine : ITraceSource, ITextGenerator, IDisposable
{
    private readonly EngineSettings _settings;
    private readonly EnginePool _pool;
    private readonly EnginePool? _logits;
    private readonly EnginePair? _pair;
    private readonly EngineFacts _facts;
    private readonly IEngineDialect _dialect;
    private bool _isDisposed;

    private RemoteEngine(EngineSettings settings, EnginePool pool, EnginePool? logits)
    {
        (_settings, _pool, _logits, _facts) = (settings, pool, logits, pool.Facts);
        _pair = logits is null ? null : new EnginePair(pool, logits, settings.Tell);
        EngineFacts facts = _facts with { Context = Least(_facts.Context, logits?.Facts.Context) };
        _dialect = DialectOf(facts.Kind);
        VocabularySize = facts.VocabularySize ?? settings.VocabularySize ?? int.MaxValue;
        MaxPositions = facts.Context is not { } context ? int.MaxValue : facts.Kind == EngineKind.Innate ? context : context - 1;
    }

    /// <summary>Where it is, as people write it.</summary>
    public string Address => Uri.ToString().TrimEnd('/');

    /// <summary>Where it is.</summary>
    public Uri Uri => _settings.Address;

    /// <summary>The dialect that it speaks.</summary>
    public EngineKind Kind => _facts.Kind;

    /// <summary>The served model's name.</summary>
    public string Model => _facts.Model;

    /// <summary>How many requests may be under way at once, at all engines together.</summary>
    internal int Requests => _pool.Requests;

    /// <summary>A fingerprint of the served weights; null where the engine does not tell.</summary>
    public string? Weights => _facts.Weights;

    /// <inheritdoc/>
    public TraceParts Parts => _pair is null ? _dialect.Parts : TraceParts.Values;

    /// <summary>Of a pair of engines: how far V moved between two askings; null of others.</summary>
    public EngineSpread? Spread => _pair?.Spread;

    /// <summary>The number of token ids; <see cref="int.MaxValue"/> where neither the engine nor the caller tells.</summary>
    public int VocabularySize { get; }

    /// <summary>
    /// The longest prompt + response, in tokens; <see cref="int.MaxValue"/> where the engine does not tell. vLLM and SGLang keep
    /// one position of the context for themselves.
    /// </summary>
    public int MaxPositions { get; }

    /// <summary>Asks an engine what it is, and is ready to ask for traces.</summary>
    /// <param name="settings">Where it is.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="InputException">The address is no engine's, or wants a key.</exception>
    /// <exception cref="EngineException">It cannot be reached.</exception>
    public static RemoteEngine Connect(EngineSettings settings, CancellationToken cancellation = default)
    {
        settings.Check();
        settings = settings with { Address = EngineSettings.ParseAddress(settings.Address.ToString()) };
        return Wait(stop => ConnectAsync(settings, stop), cancellation);
    }

    private static async Task<RemoteEngine> ConnectAsync(EngineSettings settings, CancellationToken cancellation)
    {
        EnginePool pool =
            await EnginePool.ConnectAsync([settings.Address, .. settings.Others], settings, cancellation).ConfigureAwait(false);
        EnginePool? logits = null;
        try
        {
            if (settings.Logits.Count > 0)
            {
                logits = await EnginePool.ConnectAsync(settings.Logits, settings, cancellation).ConfigureAwait(false);
            }

            RemoteEngine engine = new(settings, pool, logits);
            if (engine._pair is { } pair) await pair.RequirePairAsync(cancellation).ConfigureAwait(false);
            return engine;
        }
        catch
        {
            pool.Dispose();
            logits?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="EngineException">The engine failed for good, or answered what its dialect does not allow.</exception>
    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
    {
        QueryCheck.CheckAlpha(alpha);
        RequireAlpha(alpha);
        foreach (TraceQuery query in queries) QueryCheck.Check(query, this);
        TraceQuery[] parts = _dialect.TakesGroups
            ? [.. queries]
            : [.. queries.SelectMany(q => q.Responses.Select(r => q with { Responses = [r] }))];
        TokenTrace[][] traces = InOrder(parts.Length, (i, stop) => TraceAsync(parts[i], alpha, stop), cancellation);
        if (_dialect.TakesGroups) return traces;
        int next = 0;
        return [.. queries.Select(q => q.Responses.Select(_ => traces[next++][0]).ToArray())];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A response is one request, drawn from a seed of its own; <paramref name="onToken"/> hears its tokens when all responses
    /// are there, in order.
    /// </remarks>
    /// <exception cref="EngineException">The engine failed for good, or answered what its dialect does not allow.</exception>
    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts,
        int responsesPerPrompt,
        SamplingOptions options,
        Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(responsesPerPrompt, 1);
        if (options.Likeliest is not null)
        {
            throw new InputException("likeliest: a remote engine is not asked for alternatives; expected none.");
        }

        ModelGenerator.RefuseFormat(options);
        foreach (int[] prompt in prompts)
        {
            if (prompt.Length == 0) throw new InputException("prompt: expected at least one token, found none.");
            QueryCheck.CheckIds("prompt", prompt, VocabularySize);
            if (prompt.Length >= MaxPositions)
            {
                throw new InputException(
                    $"The prompt's {prompt.Length} tokens leave no room in the engine's context of {MaxPositions}.");
            }
        }

        GeneratedResponse[] drawn = InOrder(
            prompts.Count * responsesPerPrompt,
            (i, stop) =>
            {
                (int prompt, int response) = Math.DivRem(i, responsesPerPrompt);
                int place = options.SeedsByPrompt ? SampleRandom.KeyOf(prompts[prompt]) : prompt;
                return DrawAsync(prompts[prompt], options, Seed(options.Seed, place, response), stop);
            },
            cancellation);
        for (int i = 0; onToken is not null && i < drawn.Length; i++)
        {
            (int prompt, int response) = Math.DivRem(i, responsesPerPrompt);
            for (int h = 0; h < drawn[i].TokenIds.Length; h++)
            {
                onToken(new GeneratedToken(
                    prompt, response, drawn[i].TokenIds[h]) { LogProbability = drawn[i].LogProbabilities[h] });
            }
        }

        return [.. drawn.Chunk(responsesPerPrompt)];
    }

    /// <summary>Refuses a temperature at which it tells no V.</summary>
    /// <exception cref="InputException">It is a pair, and the temperature is not 1.</exception>
    internal void RequireAlpha(double alpha)
    {
        if (_pair is null || alpha == 1) return;
        throw new InputException(
            "Alpha", "1 with a pair of engines: Q and log pi at temperature 1 tell V(s) at no other",
            alpha.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed) _pair?.TellRest();
        _isDisposed = true;
        _pool.Dispose();
        _logits?.Dispose();
    }

    private static IEngineDialect DialectOf(EngineKind kind) => kind switch
    {
        EngineKind.Vllm => new VllmDialect(),
        EngineKind.Sglang => new SglangDialect(),
        EngineKind.Innate => new InnateDialect(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static int? Least(int? one, int? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    private static int Seed(ulong seed, int prompt, int response) =>
        (int)(RandomBits.Bits(RandomBits.Key(seed, (uint)prompt), (ulong)response) >> 33);

    // The seam is synchronous and the network is not: the work runs on the pool, where no caller's context can wait for itself.
    private static T Wait<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        Task.Run(() => work(cancellation), cancellation).GetAwaiter().GetResult();

    private async Task<TokenTrace[]> TraceAsync(TraceQuery query, double alpha, CancellationToken cancellation)
    {
        if (_pair is not null) return [await _pair.TraceAsync(query, cancellation).ConfigureAwait(false)];
        EngineRequest request = _dialect.AskTraces(Model, query, alpha);
        Reply reply = await _pool.PostAsync(request.Path, request.Body, cancellation).ConfigureAwait(false);
        return _dialect.ReadTraces(reply, query, alpha);
    }

    private async Task<GeneratedResponse> DrawAsync(
        int[] prompt, SamplingOptions options, int seed, CancellationToken cancellation)
    {
        SamplingOptions fitting = options with { MaxTokens = Math.Min(options.MaxTokens, MaxPositions - prompt.Length) };
        EngineRequest request = _dialect.AskResponse(Model, prompt, fitting, seed);
        Reply reply = await _pool.PostAsync(request.Path, request.Body, cancellation).ConfigureAwait(false);
        GeneratedResponse response = _dialect.ReadResponse(reply);
        if (response.TokenIds.Length == 0) throw reply.Expected("at least one token drawn");
        if (!_dialect.DrawsTempered) return response;
        TokenTrace[] trace = await TraceAsync(new TraceQuery(prompt, [response.TokenIds]), 1, cancellation).ConfigureAwait(false);
        return response with { LogProbabilities = trace[0].LogProbability };
    }

    /// <summary>Works on all at once, a bounded number at a time; the first failure ends the others.</summary>
    private T[] InOrder<T>(int count, Func<int, CancellationToken, Task<T>> work, CancellationToken cancellation) => Wait(
        async stop =>
        {
            var results = new T[count];
            var options = new ParallelOptions { MaxDegreeOfParallelism = _pool.Requests, CancellationToken = stop };
            await Parallel.ForAsync(0, count, options, async (i, each) => results[i] = await work(i, each).ConfigureAwait(false))
                .ConfigureAwait(false);
            return results;
        },
        cancellation);
}
