using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;
using Innate.Traces;

namespace Innate.Generation;

/// <summary>
/// Samples from a model in this process. A prompt is read once; its responses are branches of one token tree that take each
/// step together and leave it when they end.
/// </summary>
/// <param name="model">The model; used by one call at a time.</param>
public sealed class ModelGenerator(CausalLanguageModel model) : ITextGenerator
{
    // Branches decoded together: enough for the weights' reading to be shared, few enough to bound the cache.
    private const int BranchesATime = 64;

    // Prompt tokens read in one step.
    private const int TokensATime = 2048;

    // Positions that a growing branch reserves at once.
    private const int SpanSize = 96;

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts,
        int responsesPerPrompt,
        SamplingOptions options,
        Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(responsesPerPrompt, 1);
        Check(options);
        if (model.Config.IsClassifier)
        {
            throw new InputException("The checkpoint is a classifier: it has a score head and no logits to sample from.");
        }

        foreach (int[] prompt in prompts)
        {
            if (prompt.Length == 0) throw new InputException("prompt: expected at least one token, found none.");
            QueryCheck.CheckIds("prompt", prompt, model.Config.VocabularySize);
            if (prompt.Length >= model.Config.MaxPositions)
            {
                throw new InputException(
                    $"The prompt's {prompt.Length} tokens leave no room in the model's context of {model.Config.MaxPositions} "
                    + $"({prompt.Length - model.Config.MaxPositions + 1} too many).");
            }
        }

        var results = new List<GeneratedResponse[]>();
        int promptsATime = Math.Max(1, BranchesATime / responsesPerPrompt);
        for (int first = 0; first < prompts.Count; first += promptsATime)
        {
            int end = Math.Min(first + promptsATime, prompts.Count);
            var groups = Enumerable.Range(first, end - first).Select(_ => new List<GeneratedResponse>()).ToArray();
            for (int response = 0; response < responsesPerPrompt; response += BranchesATime)
            {
                int endResponse = Math.Min(response + BranchesATime, responsesPerPrompt);
                List<Branch> branches = GenerateTogether(prompts, first..end, response..endResponse, options, onToken, cancellation);
                foreach (Branch b in branches) groups[b.Prompt - first].Add(b.ToResponse());
            }

            results.AddRange(groups.Select(g => g.ToArray()));
        }

        return results;
    }

    private static void Check(SamplingOptions options)
    {
        if (!(options.Temperature >= 0) || double.IsInfinity(options.Temperature))
        {
            throw new InputException($"temperature: expected a number of 0 or more, found {options.Temperature}.");
        }

        if (!(options.TopP is > 0 and <= 1))
        {
            throw new InputException($"top-p: expected a number above 0 and at most 1, found {options.TopP}.");
        }

        if (options.TopK < 0) throw new InputException($"top-k: expected 0 (off) or more, found {options.TopK}.");
        if (options.MaxTokens < 1) throw new InputException($"max-tokens: expected at least 1, found {options.MaxTokens}.");
    }

    private List<Branch> GenerateTogether(
        IReadOnlyList<int[]> prompts,
        Range promptRange,
        Range responseRange,
        SamplingOptions options,
        Action<GeneratedToken>? onToken,
        CancellationToken cancellation)
    {
        using var cache = new KeyValueCache(model.Config, keepLayers: true);
        var branches = new List<Branch>();
        for (int p = promptRange.Start.Value; p < promptRange.End.Value; p++)
        {
            int node = cache.AddNode(-1);
            float[] logits = ReadPrompt(cache, node, prompts[p], cancellation);
            for (int r = responseRange.Start.Value; r < responseRange.End.Value; r++)
            {
                var branch = new Branch(p, r, cache.AddNode(node));
                branches.Add(branch);
                Take(branch, Sampler.Draw(logits, options, branch.Random(options)), logits);
            }
        }

        while (true)
        {
            List<Branch> alive = [.. branches.Where(b => b.Finish is null)];
            if (alive.Count == 0) break;
            Matrix hidden = model.Forward(
                [.. alive.Select(b => new NodeTokens(b.Node, [b.Ids[^1]]))], cache, SpanSize, cancellation);
            Matrix logits = model.Logits(hidden, [.. Enumerable.Range(0, alive.Count)]);
            var drawn = new int[alive.Count];
            for (int i = 0; i < drawn.Length; i++) drawn[i] = Sampler.Draw(logits.Row(i), options, alive[i].Random(options));
            HeadTrace trace = model.Kernels.TraceLogits(logits, drawn);
            for (int i = 0; i < drawn.Length; i++) Add(alive[i], drawn[i], trace.Q[i] - trace.LogSumExp[i]);
        }

        return branches;

        void Take(Branch branch, int id, float[] promptLogits)
        {
            Matrix row = StoreLogits(promptLogits);
            HeadTrace trace = model.Kernels.TraceLogits(row, [id]);
            Add(branch, id, trace.Q[0] - trace.LogSumExp[0]);
        }

        void Add(Branch branch, int id, double logProbability)
        {
            branch.Ids.Add(id);
            branch.LogProbabilities.Add(logProbability);
            onToken?.Invoke(new GeneratedToken(branch.Prompt, branch.Response, id));
            if (options.StopIds.Contains(id))
            {
                branch.Finish = FinishReason.Stop;
            }
            else if (branch.Ids.Count >= options.MaxTokens
                || prompts[branch.Prompt].Length + branch.Ids.Count >= model.Config.MaxPositions)
            {
                branch.Finish = FinishReason.Length;
            }

            if (branch.Finish is not null) cache.Release(branch.Node);
        }
    }

    private float[] ReadPrompt(KeyValueCache cache, int node, int[] prompt, CancellationToken cancellation)
    {
        for (int start = 0; ; start += TokensATime)
        {
            int[] part = prompt[start..Math.Min(start + TokensATime, prompt.Length)];
            Matrix hidden = model.Forward([new NodeTokens(node, part)], cache, 0, cancellation);
            if (start + part.Length == prompt.Length) return model.Logits(hidden, [part.Length - 1]).Row(0).ToArray();
        }
    }

    private Matrix StoreLogits(float[] logits)
    {
        Matrix row = model.LogitsMemory(1);
        logits.CopyTo(row.Row(0));
        return row;
    }

    private sealed class Branch(int prompt, int response, int node)
    {
        public int Prompt { get; } = prompt;

        public int Response { get; } = response;

        public int Node { get; } = node;

        public List<int> Ids { get; } = [];

        public List<double> LogProbabilities { get; } = [];

        public FinishReason? Finish { get; set; }

        public GeneratedResponse ToResponse() => new([.. Ids], [.. LogProbabilities], Finish!.Value);

        public double Random(SamplingOptions options) => SampleRandom.Uniform(options.Seed, Prompt, Response, Ids.Count);
    }
}
