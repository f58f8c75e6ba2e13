namespace Innate.Learning.Data;

/// <summary>A prompt with a better and a worse response; none of the three is empty.</summary>
/// <param name="Prompt">Ids.</param>
/// <param name="Chosen">The better response's ids, the end-of-turn token included.</param>
/// <param name="Rejected">The worse response's ids, the end-of-turn token included.</param>
internal sealed record PreferenceExample(int[] Prompt, int[] Chosen, int[] Rejected);
