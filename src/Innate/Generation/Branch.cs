using System.Runtime.InteropServices;
using Innate.Compute;
using Innate.Generation.Formats;
using Innate.Traces;

namespace Innate.Generation;

/// <summary>A response that is being sampled.</summary>
/// <param name="job">The call that it belongs to.</param>
/// <param name="prompt">Index of its prompt there.</param>
/// <param name="response">Its index among the prompt's.</param>
/// <param name="node">Its node in the cache.</param>
internal sealed class Branch(DecodingJob job, int prompt, int response, int node)
{
    private readonly StopTexts.Watcher? _stops = job.Options.StopTexts?.Watch();
    private readonly FormatCursor? _format =
        job.Options.Format is { } format ? new FormatCursor(format, job.Options.StopIds) : null;
    private readonly List<LikelyTokens>? _likeliest = job.Options.Likeliest is null ? null : [];
    private readonly List<double> _q = [];
    private readonly List<double> _v = [];
    private readonly List<double> _entropy = [];
    private readonly List<double> _meanLogit = [];
    private bool _stopText;
    private int? _place;
    private List<int>? _text;
    private GuessLength _guessLength = new();

    public DecodingJob Job { get; } = job;

    public int Prompt { get; } = prompt;

    public int[] PromptIds => Job.Prompts[Prompt];

    public int Response { get; } = response;

    public int Node { get; } = node;

    public List<int> Ids { get; } = [];

    public FinishReason? Finish { get; private set; }

    /// <summary>Tokens that may come after the last one; read beside it, and each kept only where it is sampled.</summary>
    public int[] Guess { get; private set; } = [];

    /// <summary>Guesses the tokens to come.</summary>
    /// <param name="most">The most that are worth a row.</param>
    /// <param name="room">Positions left in the model's context, the next token's included.</param>
    public void GuessNext(int most, int room)
    {
        Guess = [];
        if (!Job.Options.Lookup) return;

        // Beside a guess that is right in all its tokens stands one more.
        int useful = Math.Min(room, Job.Options.MaxTokens - Ids.Count) - 1;
        most = Math.Min(Math.Min(most, useful), _guessLength.Wanted);
        if (most > 0)
        {
            if (_text is null) (_text = [.. PromptIds]).AddRange(Ids);
            else _text.AddRange(Ids[(_text.Count - PromptIds.Length)..]);
            Guess = PromptLookup.Next(CollectionsMarshal.AsSpan(_text), most);
        }

        if (Guess.Length == 0) _guessLength.Wait();
    }

    /// <summary>Learns from the guess.</summary>
    /// <param name="taken">How many of its tokens were sampled.</param>
    public void LearnFromGuess(int taken)
    {
        if (Guess.Length > 0) _guessLength.Learn(Guess.Length, taken);
    }

    /// <summary>Samples the next token from the model's own logits, which stay as they are.</summary>
    /// <param name="logits">One a vocabulary entry.</param>
    /// <param name="room">Positions left in the model's context, this token's included.</param>
    public int Sample(ReadOnlySpan<float> logits, int room)
    {
        _place ??= Job.Options.Places is { } places ? places[Prompt]
            : Job.Options.SeedsByPrompt ? SampleRandom.KeyOf(PromptIds) : Prompt;
        double uniform = SampleRandom.Uniform(Job.Options.Seed, _place.Value, Response, Ids.Count);
        if (LogitPenalties.Any(Job.Options))
        {
            float[] penalised = logits.ToArray();
            LogitPenalties.Apply(penalised, PromptIds, Ids, Job.Options);
            logits = penalised;
        }

        return _format is null ? Sampler.Sample(logits, Job.Options, uniform)
            : Sampler.Sample(logits, _format.Allowed(Math.Min(room, Job.Options.MaxTokens - Ids.Count)), Job.Options, uniform);
    }

    /// <summary>Adds a token that was sampled.</summary>
    /// <param name="id">The token.</param>
    /// <param name="trace">What the model's own logits say of it and others.</param>
    /// <param name="row">Its row there.</param>
    /// <param name="logits">The model's own logits that it was sampled from.</param>
    /// <param name="room">Positions left in the model's context, this token's included.</param>
    public GeneratedToken Add(int id, HeadTrace trace, int row, ReadOnlySpan<float> logits, int room)
    {
        Ids.Add(id);
        _format?.Take(id);
        _q.Add(trace.Q[row]);
        _v.Add(trace.V[row]);
        _entropy.Add(trace.Entropy[row]);
        _meanLogit.Add(trace.MeanLogit[row]);
        LikelyTokens? likeliest = Job.Options.Likeliest is { } count
            ? LikelyTokens.Of(logits, count, trace.LogSumExp[row], id)
            : null;
        if (likeliest is not null) _likeliest!.Add(likeliest);
        bool ends = Job.Options.StopIds.Contains(id);
        _stopText = (_stops?.Push(id) ?? false) && !ends;
        if (_stopText || ends) Finish = FinishReason.Stop;
        else if (Ids.Count >= Job.Options.MaxTokens || room <= 1) Finish = FinishReason.Length;
        return new GeneratedToken(Prompt, Response, id) { LogProbability = trace.Q[row] - trace.V[row], Likeliest = likeliest };
    }

    public GeneratedResponse ToResponse()
    {
        int[] ids = [.. Ids];
        double[] logProbabilities = [.. _q.Zip(_v, (q, v) => q - v)];
        return new GeneratedResponse(ids, logProbabilities, Finish!.Value)
        {
            EndsInStopText = _stopText,
            Trace = new TokenTrace
            {
                Tokens = ids,
                Q = [.. _q],
                V = [.. _v],
                LogProbability = logProbabilities,
                Entropy = [.. _entropy],
                MeanLogit = [.. _meanLogit],
                Likeliest = _likeliest?.ToArray(),
            },
        };
    }
}
