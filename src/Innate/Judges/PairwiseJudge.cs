namespace Innate.Judges;

/// <summary>
/// Asks which of two responses is better, in both orders. p(i beats j) is the mean of the two orders' p(label of i), which takes
/// out a constant liking for a position; a response's score is its mean p over all others, 0 to 1. Where the orders do not name
/// the same winner, <see cref="JudgeVerdict.Preferences"/> abstains.
/// </summary>
internal sealed class PairwiseJudge : IJudge
{
    private readonly VerdictReader _reader;
    private readonly Func<VerdictReading, double> _firstWins;

    /// <summary>A pairwise judge.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="prompt">How.</param>
    /// <param name="options">Principle, reasoning, votes; null: none.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public PairwiseJudge(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null)
        : this(model, prompt, options, reading => reading.Probabilities[0])
    {
    }

    /// <summary>The same with another rule by which a reading says how likely the first is the better one.</summary>
    internal PairwiseJudge(
        JudgeModel model, JudgePrompt prompt, JudgeOptions? options, Func<VerdictReading, double> firstWins)
    {
        _reader = new VerdictReader(
            model, prompt, JudgeTraits.Shares(prompt.Kind, JudgeKind.Pairwise) ? prompt.Kind : JudgeKind.Pairwise,
            options ?? new JudgeOptions());
        _firstWins = firstWins;
    }

    /// <inheritdoc/>
    /// <remarks>n responses are n (n - 1) readings.</remarks>
    public IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default)
    {
        foreach (JudgeQuestion q in questions)
        {
            if (q.Responses.Count < 2)
            {
                throw new InputException("a pairwise judge compares responses: expected at least two, found one");
            }
        }

        VerdictReading[] readings = _reader.Read([.. questions.SelectMany(Pairs)], cancellation);
        int at = 0;
        return [.. questions.Select(q =>
        {
            int n = q.Responses.Count;
            return Verdict(n, readings.AsSpan(at, n * (n - 1)), ref at);
        })];
    }

    private static IEnumerable<JudgedText> Pairs(JudgeQuestion q)
    {
        string question = Questions.TextOf(q.Prompt);
        return from i in Enumerable.Range(0, q.Responses.Count)
               from j in Enumerable.Range(0, q.Responses.Count)
               where i != j
               select new JudgedText(question, q.Responses[i], q.Responses[j]);
    }

    // Which of the two a reading's replies hold for the better one, and how likely their paths are throughout.
    private IEnumerable<JudgeReply> Replies(VerdictReading reading, int first, int second) =>
        _reader.Replies(reading, (vote, reply) => reply with
        {
            Best = vote.Likeliest == 0 ? first : second, Value = ReasonGrmJudge.Value(vote, vote.Likeliest),
        });

    private JudgeVerdict Verdict(int n, ReadOnlySpan<VerdictReading> readings, ref int at)
    {
        at += readings.Length;
        double[,] first = new double[n, n], preferences = new double[n, n];
        double mass = 0;
        int next = 0;
        List<JudgeReply> replies = [];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (i != j)
                {
                    mass += readings[next].LabelMass;
                    replies.AddRange(Replies(readings[next], i, j));
                }

                first[i, j] = i == j ? double.NaN : _firstWins(readings[next++]);
            }
        }

        double[] scores = new double[n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double shownFirst = first[i, j], shownSecond = 1 - first[j, i];
                preferences[i, j] = shownFirst > 0.5 && shownSecond > 0.5 ? 1 : shownFirst < 0.5 && shownSecond < 0.5 ? 0
                    : double.NaN;
                if (i != j) scores[i] += (shownFirst + shownSecond) / 2 / (n - 1);
            }
        }

        return new JudgeVerdict(scores)
        {
            Preferences = preferences,
            FirstWins = first,
            LabelMass = mass / readings.Length,
            Replies = replies,
        };
    }
}
