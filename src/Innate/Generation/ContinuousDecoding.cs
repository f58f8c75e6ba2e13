using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;

namespace Innate.Generation;

/// <summary>One call's decoding: a line of responses to draw, and the branches at work.</summary>
internal sealed class ContinuousDecoding(
    CausalLanguageModel model, IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options, int slots,
    Action<GeneratedToken>? onToken) : IDisposable
{
    // Prompt tokens read in one step.
    private const int TokensATime = 2048;

    // Positions that a growing branch reserves at once.
    private const int SpanSize = 96;

    private readonly KeyValueCache _cache = new(model.Config, keepLayers: true);
    private readonly GeneratedResponse[][] _results = [.. prompts.Select(_ => new GeneratedResponse[responsesPerPrompt])];
    private readonly List<Branch> _alive = [];
    private readonly Dictionary<int, PromptState> _prompts = [];
    private int _nextPrompt;
    private int _nextResponse;

    public GeneratedResponse[][] Run(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Admit(cancellation);
            if (_alive.Count == 0)
            {
                // All that were let in may have ended with their first token: others are still in line.
                if (_nextPrompt == prompts.Count) return _results;
                continue;
            }

            Branch[] branches = [.. _alive];
            Matrix hidden = model.Forward(
                [.. branches.Select(b => new NodeTokens(b.Node, [b.Ids[^1]]))], _cache, SpanSize, cancellation);
            Draw(branches, model.Logits(hidden, [.. Enumerable.Range(0, branches.Length)]));
        }
    }

    public void Dispose() => _cache.Dispose();

    // Fills free places with the next responses in line; prompts that are new are read together.
    private void Admit(CancellationToken cancellation)
    {
        List<(int Prompt, int Response)> admitted = [];
        while (_alive.Count + admitted.Count < slots && _nextPrompt < prompts.Count)
        {
            admitted.Add((_nextPrompt, _nextResponse));
            if (++_nextResponse < responsesPerPrompt) continue;
            _nextResponse = 0;
            _nextPrompt++;
        }

        if (admitted.Count == 0) return;
        Read([.. admitted.Select(a => a.Prompt).Distinct().Where(p => !_prompts.ContainsKey(p))], cancellation);
        foreach ((int prompt, int response) in admitted)
        {
            PromptState state = _prompts[prompt];
            var branch = new Branch(prompt, response, _cache.AddNode(state.Node), options);
            _alive.Add(branch);
            Matrix logits = model.LogitsMemory(1);
            state.Logits.CopyTo(logits.Row(0));
            Draw([branch], logits);
        }
    }

    private void Read(int[] fresh, CancellationToken cancellation)
    {
        for (int first = 0; first < fresh.Length;)
        {
            int end = first, tokens = 0;
            while (end < fresh.Length && (end == first || tokens + prompts[fresh[end]].Length <= TokensATime))
            {
                tokens += prompts[fresh[end++]].Length;
            }

            ReadTogether(fresh[first..end], cancellation);
            first = end;
        }
    }

    private void ReadTogether(int[] together, CancellationToken cancellation)
    {
        int[] nodes = [.. together.Select(_ => _cache.AddNode(-1))];
        if (together.Length == 1)
        {
            // A long prompt is read in parts.
            int[] prompt = prompts[together[0]];
            for (int start = 0; ; start += TokensATime)
            {
                int[] part = prompt[start..Math.Min(start + TokensATime, prompt.Length)];
                Matrix stream = model.Forward([new NodeTokens(nodes[0], part)], _cache, 0, cancellation);
                if (start + part.Length < prompt.Length) continue;
                _prompts.Add(together[0], new PromptState(nodes[0], model.Logits(stream, [part.Length - 1]).Row(0).ToArray()));
                return;
            }
        }

        Matrix hidden = model.Forward([.. together.Select((p, i) => new NodeTokens(nodes[i], prompts[p]))], _cache, 0, cancellation);
        int row = -1;
        int[] last = [.. together.Select(p => row += prompts[p].Length)];
        Matrix logits = model.Logits(hidden, last);
        for (int i = 0; i < together.Length; i++) _prompts.Add(together[i], new PromptState(nodes[i], logits.Row(i).ToArray()));
    }

    // The log-probability is the model's own, whatever the drawing makes of the logits.
    private void Draw(Branch[] branches, Matrix logits)
    {
        var drawn = new int[branches.Length];
        bool penalised = LogitPenalties.Any(options);
        for (int i = 0; i < drawn.Length; i++)
        {
            Span<float> row = penalised ? logits.Row(i).ToArray() : logits.Row(i);
            drawn[i] = branches[i].Draw(row, prompts[branches[i].Prompt]);
        }

        HeadTrace trace = model.Kernels.TraceLogits(logits, drawn);
        for (int i = 0; i < drawn.Length; i++)
        {
            Branch b = branches[i];
            int room = model.Config.MaxPositions - prompts[b.Prompt].Length - b.Ids.Count;
            b.Add(drawn[i], trace, i, room);
            onToken?.Invoke(new GeneratedToken(b.Prompt, b.Response, drawn[i]));
            if (b.Finish is not null) End(b);
        }
    }

    private void End(Branch branch)
    {
        _results[branch.Prompt][branch.Response] = branch.ToResponse();
        _alive.Remove(branch);
        _cache.Release(branch.Node);
        PromptState state = _prompts[branch.Prompt];
        if (++state.Done < responsesPerPrompt) return;
        _cache.Release(state.Node);
        _prompts.Remove(branch.Prompt);
    }

    /// <summary>A prompt that was read: its node, and the logits after its last token.</summary>
    private sealed class PromptState(int node, float[] logits)
    {
        public int Node { get; } = node;

        public float[] Logits { get; } = logits;

        public int Done { get; set; }
    }
}
