namespace Innate.Judges;

/// <summary>
/// Asks for each response's grade; the score is the expected grade, the labels' values weighted with their probabilities. It
/// takes values between the grades, so equal grades are rarely tied.
/// </summary>
internal sealed class PointwiseJudge : IJudge
{
    private readonly VerdictReader _reader;
    private readonly JudgePrompt _prompt;

    /// <summary>A pointwise judge.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="prompt">How, and the grades.</param>
    /// <param name="options">Principle, reasoning, votes; null: none.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public PointwiseJudge(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null)
    {
        _prompt = prompt;
        _reader = new VerdictReader(model, prompt, JudgeKind.Pointwise, options ?? new JudgeOptions());
    }

    /// <inheritdoc/>
    public IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default) =>
        EachResponse.Judge(questions, _reader, Expected, cancellation);

    private double Expected(VerdictReading reading)
    {
        double[] probabilities = reading.Probabilities;
        double mean = 0;
        for (int i = 0; i < probabilities.Length; i++) mean += probabilities[i] * _prompt.Grades[i];
        return mean;
    }
}
