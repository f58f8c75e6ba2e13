namespace Innate.Judges;

/// <summary>
/// GenRM (arXiv 2408.15240, secondary): asks of each response whether it is good; the score is p(Yes) over the whole vocabulary.
/// What goes to other tokens than Yes and No counts against it, which the share of both, told beside it as
/// <see cref="JudgeVerdict.LabelProbabilities"/>, hides.
/// <code>
/// direct: R = p(Yes | x, y, question)
/// CoT:    R = mean_n p(Yes | x, y, critique_n, question)
/// </code>
/// A label of several tokens has the product of theirs. <see cref="GenerativeVerifier"/> asks the same and takes the share.
/// </summary>
internal sealed class GenRmJudge : IJudge
{
    private readonly VerdictReader _reader;
    private readonly bool _majority;

    /// <summary>A judge.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="prompt">How.</param>
    /// <param name="options">Critiques are its reasoning; null: none.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public GenRmJudge(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null)
    {
        options ??= new JudgeOptions();
        bool critiques = prompt.Kind == JudgeKind.GenRmCot;
        if (critiques != options.ReasoningTokens > 0)
        {
            throw new InputException(critiques
                ? "reasoning: genrm-cot writes critiques first; expected tokens to write them in, found none."
                : "reasoning: genrm answers at once; expected none (genrm-cot is the one that writes first).");
        }

        _majority = options.Majority;
        _reader = new VerdictReader(model, prompt, prompt.Kind, options);
    }

    /// <inheritdoc/>
    public IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default) =>
        EachResponse.Judge(questions, _reader, Score, cancellation);

    private double Score(VerdictReading reading)
    {
        GenRmAverage average = GenRmScore.Average([.. reading.Votes.Select(v => Math.Min(v.Of(0), 1))]);
        return _majority ? average.HardShare : average.Mean;
    }
}
