using Innate.Environments.Tools;

namespace Innate.Environments.Retrieval;

/// <summary>
/// R-Search (arXiv 2506.04185): questions that are answered by searching a corpus, in tags. A turn with
/// <c>&lt;search&gt;QUERY&lt;/search&gt;</c> is answered with <c>&lt;observation&gt;</c> and the best texts; a turn with
/// <c>&lt;answer&gt;</c> ends the episode, and may quote what it found in <c>&lt;original_evidence&gt;</c>. It earns
/// <see cref="SearchEvidenceReward"/>, and solves the question where the answer's F1 is 1. A seed is a row: its number modulo the
/// rows'.
/// </summary>
/// <remarks>
/// Ours: observations come as messages of their own, where the paper writes them into the turn; in the place of its frozen reader
/// of the evidence a known answer is looked for whose words stand in it, in order; and evidence counts only where it stands
/// in an observation.
/// </remarks>
/// <param name="rows">The questions.</param>
/// <param name="corpus">What is searched.</param>
/// <param name="top">Texts an observation.</param>
/// <param name="maxSteps">The most turns.</param>
internal sealed class SearchWorld(IReadOnlyList<QuestionRow> rows, Corpus corpus, int top, int maxSteps) : IEnvironment
{
    private const string SearchTag = "search", EvidenceTag = "original_evidence";

    private const string Ask =
        "Search with <search>QUERY</search>, as often as you need; what is found comes as <observation>. Then quote what you use "
        + "as <original_evidence>...</original_evidence> and answer as <answer>...</answer>.";

    private readonly StepCount _steps = new(maxSteps);
    private readonly List<string> _observed = [];
    private QuestionRow _row = rows[0];

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed)
    {
        _row = rows[(int)(seed % (ulong)rows.Count)];
        _observed.Clear();
        _steps.Begin();
        return new EnvironmentStep($"{Ask}\n\n{_row.Question}") { TakesWholeTurn = true };
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        _steps.Take();
        string said = AnswerTags.WithoutThought(action);
        if (AnswerTags.Last(said, SearchTag) is { } query)
        {
            string[] found = corpus.Find(query, top);
            _observed.AddRange(found);
            string words = found.Length == 0 ? "Nothing was found." : string.Join('\n', found);
            string observation = $"<observation>\n{words}\n</observation>";
            return new EnvironmentStep(observation, IsDone: _steps.IsOver) { TakesWholeTurn = true };
        }

        return AnswerTags.Last(said, AnswerTags.Answer) is { } answer
            ? Answered(answer, AnswerTags.Last(said, EvidenceTag))
            : _steps.Refused() with { TakesWholeTurn = true };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private EnvironmentStep Answered(string answer, string? evidence)
    {
        double score = _row.Score(answer);
        bool isFound = evidence is not null && SearchEvidenceReward.IsFound(evidence, _observed);
        // Evidence has its form only where something was found to take it from: the published code asks for two observations'
        // tags in the whole text, of which one is its own system prompt's.
        bool hasForm = evidence is not null && _observed.Count > 0;
        double read = isFound && _row.Answers.Any(a => Holds(evidence!, a)) ? 1 : 0;
        _steps.End();
        return new EnvironmentStep("", SearchEvidenceReward.Compute(true, hasForm, score, read), IsDone: true)
        {
            IsSolved = score == 1,
        };
    }

    private static bool Holds(string evidence, string answer)
    {
        string[] whole = Bm25Index.Terms(evidence), part = Bm25Index.Terms(answer);
        return part.Length > 0 && Enumerable.Range(0, Math.Max(0, whole.Length - part.Length + 1))
            .Any(i => whole.AsSpan(i, part.Length).SequenceEqual(part));
    }
}
