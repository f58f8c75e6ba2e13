using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;

namespace Innate.Generation;

/// <summary>
/// Samples the responses of several jobs together, a token of every active response at a step, or several where they could be
/// guessed (<see cref="SamplingOptions.Lookup"/>). A response that ends leaves its slot to the next that waits: one of the job
/// with the fewest active responses, of equal jobs the one that came first, in the order of its prompts and their responses.
/// </summary>
/// <param name="model">The model; used by one call at a time.</param>
/// <param name="slots">The most active responses.</param>
public sealed class ContinuousDecoding(CausalLanguageModel model, int slots) : IDisposable
{
    // Prompt tokens read in one step.
    private const int PromptTokensPerStep = 2048;

    // A beginning in common that is shorter is not worth a node's place.
    private const int LeastShared = 8;

    /// <summary>Positions that a growing branch reserves at once.</summary>
    internal const int SpanSize = 96;

    // Guesses are read while a step has fewer rows: so far a row more costs little beside the reading of the weights.
    private const int RowsWithGuesses = 32;

    private readonly KeyValueCache _cache = new(model.Config, keepLayers: true);
    private readonly List<DecodingJob> _jobs = [];
    private readonly List<Branch> _active = [];

    /// <summary>Jobs that are not done.</summary>
    public IReadOnlyList<DecodingJob> Jobs => _jobs;

    /// <summary>Responses in slots.</summary>
    public int Active => _active.Count;

    /// <summary>Tokens sampled so far.</summary>
    public long TokensSampled { get; private set; }

    /// <summary>Bytes of keys and values that are held.</summary>
    internal long CacheBytes => _cache.Bytes;

    /// <summary>Adds a job behind those that are there.</summary>
    /// <param name="job">Its responses.</param>
    public void Add(DecodingJob job)
    {
        if (!job.IsDone) _jobs.Add(job);
    }

    /// <summary>Gives a job up, with all that it holds.</summary>
    /// <param name="job">A job that was added.</param>
    public void Remove(DecodingJob job)
    {
        if (!_jobs.Remove(job)) return;
        foreach (Branch branch in _active.Where(b => b.Job == job).ToArray())
        {
            _active.Remove(branch);
            _cache.Release(branch.Node);
        }

        foreach (DecodingJob.PromptState state in job.PromptStates.Values)
        {
            for (DecodingJob.PromptState? s = state; s is not null; s = s.Base) _cache.Release(s.Node);
        }

        job.PromptStates.Clear();
    }

    /// <summary>Fills free slots and samples a token or more of each active response; done jobs leave.</summary>
    /// <param name="cancellation">Stops between layers.</param>
    public void Step(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Admit(cancellation);
        if (_active.Count > 0) Advance(cancellation);
        _jobs.RemoveAll(j => j.IsDone);
    }

    /// <summary>Frees the keys and values.</summary>
    public void Dispose() => _cache.Dispose();

    private void Advance(CancellationToken cancellation)
    {
        Branch[] branches = [.. _active];
        int rows = branches.Length;
        foreach (Branch b in branches)
        {
            b.GuessNext(RowsWithGuesses - rows, RoomFor(b));
            rows += b.Guess.Length;
        }

        Matrix hidden = model.Forward(
            [.. branches.Select(b => new NodeTokens(b.Node, [b.Ids[^1], .. b.Guess]))], _cache, SpanSize, cancellation);

        // The rows after the last tokens come first, then those after the first guessed tokens, and so on.
        var first = new int[branches.Length];
        for (int i = 1; i < first.Length; i++) first[i] = first[i - 1] + 1 + branches[i - 1].Guess.Length;
        (int Branch, int Depth)[] order =
        [
            .. branches.SelectMany((b, i) => Enumerable.Range(0, 1 + b.Guess.Length).Select(depth => (i, depth)))
                .OrderBy(r => r.depth),
        ];
        Matrix logits = model.Logits(hidden, [.. order.Select(r => first[r.Branch] + r.Depth)]);
        var before = branches.Select(b => b.Ids.Count).ToArray();
        for (int at = 0, depth = 0; at < order.Length; depth++)
        {
            // A row counts where the token that it follows is what was sampled.
            int start = at;
            List<Branch> right = [];
            for (; at < order.Length && order[at].Depth == depth; at++)
            {
                Branch b = branches[order[at].Branch];
                if (b.Finish is not null || b.Ids.Count != before[order[at].Branch] + depth) continue;
                if (depth > 0 && b.Ids[^1] != b.Guess[depth - 1]) continue;
                if (start + right.Count < at) logits.Row(at).CopyTo(logits.Row(start + right.Count));
                right.Add(b);
            }

            if (right.Count > 0) SampleTokens([.. right], logits.Slice(start, right.Count));
        }

        for (int i = 0; i < branches.Length; i++)
        {
            Branch b = branches[i];
            b.LearnFromGuess(b.Ids.Count - before[i] - 1);
            if (b.Finish is null) _cache.Truncate(b.Node, b.PromptIds.Length + b.Ids.Count - 1);
        }
    }

    // Fills free slots with the responses that wait; prompts that are new are read together.
    private void Admit(CancellationToken cancellation)
    {
        List<(DecodingJob Job, int Prompt, int Response)> admitted = [];
        while (_active.Count + admitted.Count < slots && _jobs.Where(j => j.IsWaiting).MinBy(j => j.Active) is { } job)
        {
            (int prompt, int response) = Math.DivRem(job.NextResponse++, job.ResponsesPerPrompt);
            admitted.Add((job, prompt, response));
            job.Active++;
        }

        if (admitted.Count == 0) return;
        Read(
            [.. admitted.Select(a => (a.Job, a.Prompt)).Distinct().Where(p => !p.Job.PromptStates.ContainsKey(p.Prompt))],
            cancellation);
        foreach ((DecodingJob job, int prompt, int response) in admitted)
        {
            DecodingJob.PromptState state = job.PromptStates[prompt];
            var branch = new Branch(job, prompt, response, _cache.AddNode(state.Node));
            _active.Add(branch);
            Matrix logits = model.LogitsMemory(1);
            state.Logits.CopyTo(logits.Row(0));
            SampleTokens([branch], logits);
        }
    }

    private void Read((DecodingJob Job, int Prompt)[] fresh, CancellationToken cancellation)
    {
        for (int first = 0; first < fresh.Length;)
        {
            int end = first, tokens = 0;
            while (end < fresh.Length && (end == first || tokens + Ids(fresh[end]).Length <= PromptTokensPerStep))
            {
                tokens += Ids(fresh[end++]).Length;
            }

            ReadTogether(fresh[first..end], cancellation);
            first = end;
        }
    }

    private void ReadTogether((DecodingJob Job, int Prompt)[] together, CancellationToken cancellation)
    {
        if (together.Length == 1)
        {
            ReadInParts(together[0], cancellation);
            return;
        }

        // What a prompt begins with as another one does is read once: a solution up to each of its steps, or a system prompt.
        (int Base, int Shared)[] shares = [.. together.Select((_, i) => Shared(together, i))];
        int[] nodes = new int[together.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = shares[i].Base < 0 ? _cache.AddNode(-1) : _cache.AddNode(nodes[shares[i].Base], shares[i].Shared);
        }

        Matrix hidden = model.Forward(
            [.. together.Select((p, i) => new NodeTokens(nodes[i], Ids(p)[shares[i].Shared..]))], _cache, 0, cancellation);
        int row = -1;
        int[] last = [.. together.Select((p, i) => row += Ids(p).Length - shares[i].Shared)];
        Matrix logits = model.Logits(hidden, last);
        for (int i = 0; i < together.Length; i++)
        {
            Keep(together[i], nodes[i], shares[i].Base < 0 ? null : together[shares[i].Base], logits.Row(i));
        }
    }

    // A long prompt is read in parts.
    private void ReadInParts((DecodingJob Job, int Prompt) one, CancellationToken cancellation)
    {
        int[] prompt = Ids(one);
        int node = _cache.AddNode(-1);
        for (int start = 0; ; start += PromptTokensPerStep)
        {
            int[] part = prompt[start..Math.Min(start + PromptTokensPerStep, prompt.Length)];
            Matrix stream = model.Forward([new NodeTokens(node, part)], _cache, 0, cancellation);
            if (start + part.Length < prompt.Length) continue;
            Keep(one, node, null, model.Logits(stream, [part.Length - 1]).Row(0));
            return;
        }
    }

    // The earlier prompt of the same job with which a prompt has the longest beginning in common, and how long that is; its last
    // token is always read, for its logits are asked for.
    private static (int Base, int Shared) Shared((DecodingJob Job, int Prompt)[] together, int i)
    {
        (int best, int shared) = (-1, LeastShared - 1);
        ReadOnlySpan<int> own = Ids(together[i]).AsSpan()[..^1];
        for (int j = 0; j < i; j++)
        {
            if (together[j].Job != together[i].Job) continue;
            int common = own.CommonPrefixLength(Ids(together[j]));
            if (common > shared) (best, shared) = (j, common);
        }

        return best < 0 ? (-1, 0) : (best, shared);
    }

    private static int[] Ids((DecodingJob Job, int Prompt) p) => p.Job.Prompts[p.Prompt];

    private static void Keep(
        (DecodingJob Job, int Prompt) p, int node, (DecodingJob Job, int Prompt)? on, ReadOnlySpan<float> logits) =>
        p.Job.PromptStates.Add(p.Prompt, new DecodingJob.PromptState(
            node, on is { } other ? other.Job.PromptStates[other.Prompt] : null, logits.ToArray()));

    // The log-probability is the model's own, whatever penalties and truncations make of the logits.
    private void SampleTokens(Branch[] branches, Matrix logits)
    {
        var sampled = new int[branches.Length];
        for (int i = 0; i < sampled.Length; i++) sampled[i] = branches[i].Sample(logits.Row(i), RoomFor(branches[i]));
        TokensSampled += sampled.Length;
        HeadTrace trace = model.Kernels.TraceLogits(logits, sampled);
        for (int i = 0; i < sampled.Length; i++)
        {
            Branch b = branches[i];
            GeneratedToken token = b.Add(sampled[i], trace, i, logits.Row(i), RoomFor(b));
            b.Job.OnToken?.Invoke(token);
            if (b.Finish is not null) End(b);
        }
    }

    // Positions left in the model's context, the next token's included.
    private int RoomFor(Branch branch) => model.Config.MaxPositions - branch.PromptIds.Length - branch.Ids.Count;

    private void End(Branch branch)
    {
        DecodingJob job = branch.Job;
        job.Finish(branch);
        job.Active--;
        _active.Remove(branch);
        _cache.Release(branch.Node);
        DecodingJob.PromptState state = job.PromptStates[branch.Prompt];
        if (++state.Finished < job.ResponsesPerPrompt) return;
        job.PromptStates.Remove(branch.Prompt);
        for (DecodingJob.PromptState? s = state; s is not null && s.IsIdle(job.ResponsesPerPrompt); s = s.Base)
        {
            _cache.Release(s.Node);
            if (s.Base is not null) s.Base.Continuations--;
        }
    }
}
