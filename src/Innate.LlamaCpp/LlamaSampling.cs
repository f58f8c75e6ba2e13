using Innate.Generation;

namespace Innate.LlamaCpp;

/// <summary>
/// Samples responses from llama.cpp's logits: some together, a token each a pass. Prompts are read in order, each once, and its
/// responses begin with its keys and values.
/// </summary>
/// <param name="context">Tokens in, logits out.</param>
/// <param name="slots">Responses together; the prompt's sequence is one more.</param>
/// <param name="positions">Positions that are held at once.</param>
/// <param name="longest">The longest prompt + response.</param>
internal sealed class LlamaSampling(LlamaContext context, int slots, int positions, int longest)
{
    private readonly List<Branch> _active = [];
    private readonly Stack<int> _free = [];
    private float[] _afterPrompt = [];

    /// <summary>Samples all responses of a job that was checked.</summary>
    /// <param name="job">Prompts and how to sample; takes the responses.</param>
    /// <param name="cancellation">Stops between passes.</param>
    public void Run(DecodingJob job, CancellationToken cancellation)
    {
        context.Clear();
        _active.Clear();
        _free.Clear();
        for (int s = Math.Min(slots, context.Rows); s > 0; s--) _free.Push(s);
        while (!job.IsDone)
        {
            cancellation.ThrowIfCancellationRequested();
            while (job.IsWaiting && _free.Count > 0 && HasRoom(job)) Admit(job, cancellation);
            if (_active.Count > 0) Step();
        }
    }

    // What a response may come to need is kept free for it, so that none is cut short by its neighbours.
    private bool HasRoom(DecodingJob job)
    {
        if (_active.Count == 0) return true;
        int[] next = job.Prompts[job.NextResponse / job.ResponsesPerPrompt];
        int[][] all = [.. _active.Select(b => b.PromptIds), next];
        long read = all.DistinctBy(p => p, ReferenceEqualityComparer.Instance).Sum(p => (long)p.Length);
        return read + all.Sum(p => (long)Growth(job, p)) <= positions;
    }

    private int Growth(DecodingJob job, int[] prompt) => Math.Min(job.Options.MaxTokens, longest - prompt.Length);

    private void Admit(DecodingJob job, CancellationToken cancellation)
    {
        const int Prompt = 0;
        (int prompt, int response) = Math.DivRem(job.NextResponse++, job.ResponsesPerPrompt);
        int[] ids = job.Prompts[prompt];
        if (response == 0)
        {
            int last = LlamaTracing.ReadPrompt(context, ids, Prompt, cancellation);
            _afterPrompt = context.Logits(last).ToArray();
        }

        Branch branch = new(job, prompt, response, _free.Pop());
        _active.Add(branch);
        context.Share(Prompt, with: branch.Node);
        if (response == job.ResponsesPerPrompt - 1) context.Forget(Prompt);
        Sample(branch, _afterPrompt);
    }

    private void Step()
    {
        Branch[] branches = [.. _active];
        foreach (Branch b in branches) context.Add(b.Ids[^1], b.PromptIds.Length + b.Ids.Count - 1, b.Node, logits: true);
        context.Read();
        for (int i = 0; i < branches.Length; i++) Sample(branches[i], context.Logits(i));
    }

    // The log-probability is the model's own, whatever penalties and truncations make of the logits.
    private void Sample(Branch branch, ReadOnlySpan<float> logits)
    {
        int room = longest - branch.PromptIds.Length - branch.Ids.Count;
        int id = branch.Sample(logits, room);
        GeneratedToken token = branch.Add(id, context.Trace(logits, id, alpha: 1), row: 0, logits, room);
        branch.Job.OnToken?.Invoke(token);
        if (branch.Finish is null) return;
        branch.Job.Finish(branch);
        _active.Remove(branch);
        context.Forget(branch.Node);
        _free.Push(branch.Node);
    }
}
