namespace Innate.Generation;

/// <summary>One call's responses to sample; they depend on the job alone, never on what is sampled beside it.</summary>
/// <param name="prompts">Each prompt's ids.</param>
/// <param name="responsesPerPrompt">The group's size.</param>
/// <param name="options">How to sample.</param>
/// <param name="onToken">Called with each token; null: nothing is called.</param>
public sealed class DecodingJob(
    IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options, Action<GeneratedToken>? onToken = null)
{
    private int _left = prompts.Count * responsesPerPrompt;

    /// <summary>Each prompt's ids.</summary>
    public IReadOnlyList<int[]> Prompts { get; } = prompts;

    /// <summary>The group's size.</summary>
    public int ResponsesPerPrompt { get; } = responsesPerPrompt;

    /// <summary>How to sample.</summary>
    public SamplingOptions Options { get; } = options;

    /// <summary>Called with each token; null: nothing is called.</summary>
    public Action<GeneratedToken>? OnToken { get; } = onToken;

    /// <summary>For each prompt its responses; each is there once it has ended.</summary>
    public GeneratedResponse[][] Results { get; } = [.. prompts.Select(_ => new GeneratedResponse[responsesPerPrompt])];

    /// <summary>Whether all responses have ended.</summary>
    public bool IsDone => _left == 0;

    /// <summary>Responses in slots.</summary>
    public int Active { get; internal set; }

    /// <summary>The prompts that were read and are still needed.</summary>
    internal Dictionary<int, PromptState> PromptStates { get; } = [];

    /// <summary>The next response that waits for a slot, counted over all prompts from 0.</summary>
    internal int NextResponse { get; set; }

    /// <summary>Whether a response waits for a slot.</summary>
    internal bool IsWaiting => NextResponse < Prompts.Count * ResponsesPerPrompt;

    internal void Finish(Branch branch)
    {
        Results[branch.Prompt][branch.Response] = branch.ToResponse();
        _left--;
    }

    /// <summary>A prompt that was read: its node, and the logits after its last token.</summary>
    internal sealed class PromptState
    {
        /// <summary>A prompt that was read.</summary>
        /// <param name="node">Its node in the cache.</param>
        /// <param name="continued">The prompt whose beginning it shares, which it keeps alive; null: none.</param>
        /// <param name="logits">The logits after its last token.</param>
        public PromptState(int node, PromptState? continued, float[] logits)
        {
            (Node, Base, Logits) = (node, continued, logits);
            if (continued is not null) continued.Continuations++;
        }

        public int Node { get; }

        public PromptState? Base { get; }

        public float[] Logits { get; }

        /// <summary>Responses that have ended.</summary>
        public int Finished { get; set; }

        /// <summary>Prompts that share its beginning and are still needed.</summary>
        public int Continuations { get; set; }

        /// <summary>Whether nobody needs its keys and values any more.</summary>
        public bool IsIdle(int responses) => Finished == responses && Continuations == 0;
    }
}
