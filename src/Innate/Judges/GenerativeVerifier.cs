namespace Innate.Judges;

/// <summary>
/// Asks of each response whether it is good; the score is p(Yes) / (p(Yes) + p(No)), 0 to 1, of the prompt's two labels
/// (GenRM, arXiv 2408.15240). With sampled reasoning, the mean over the votes: GenRM-CoT.
/// </summary>
internal sealed class GenerativeVerifier : IJudge
{
    private readonly VerdictReader _reader;

    /// <summary>A verifier.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="prompt">How.</param>
    /// <param name="options">Principle, reasoning, votes; null: none.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public GenerativeVerifier(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null) =>
        _reader = new VerdictReader(model, prompt, JudgeKind.Verifier, options ?? new JudgeOptions());

    /// <inheritdoc/>
    public IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default) =>
        EachResponse.Judge(questions, _reader, reading => reading.Probabilities[0], cancellation);
}
