using Innate.Rows;

namespace Innate.Runs.StepLabels;

/// <summary>A solution cut into steps.</summary>
/// <param name="Row">The row that it is of.</param>
/// <param name="Prompt">The prompt's ids.</param>
/// <param name="Ids">Its ids.</param>
/// <param name="Steps">Its steps' texts, with the white space around them.</param>
/// <param name="Ends">How many of its ids belong to what stands up to each step's end; the white space after it does.</param>
/// <param name="Gold">The known answer.</param>
/// <param name="IsRight">Whether its own answer is that one.</param>
internal sealed record Solution(
    Row Row, int[] Prompt, int[] Ids, IReadOnlyList<string> Steps, IReadOnlyList<int> Ends, string Gold, bool IsRight);
