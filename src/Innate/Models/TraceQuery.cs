namespace Innate.Models;

/// <summary>A prompt and the responses to it, as token ids: one token tree.</summary>
/// <param name="Prompt">The prompt's ids; at least one.</param>
/// <param name="Responses">Each response's ids; at least one id each.</param>
public sealed record TraceQuery(int[] Prompt, IReadOnlyList<int[]> Responses)
{
    /// <summary>Tokens of the tree: the prompt once and every response.</summary>
    public int TokenCount => Prompt.Length + Responses.Sum(r => r.Length);
}
