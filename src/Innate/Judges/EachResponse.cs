namespace Innate.Judges;

/// <summary>Judges that look at one response at a time: all readings of all questions in one batch.</summary>
internal static class EachResponse
{
    public static IReadOnlyList<JudgeVerdict> Judge(
        IReadOnlyList<JudgeQuestion> questions, VerdictReader reader, Func<VerdictReading, double> score,
        CancellationToken cancellation)
    {
        VerdictReading[] readings = reader.Read(
            [.. questions.SelectMany(q => q.Responses.Select(r => new JudgedText(Questions.TextOf(q.Prompt), r)))], cancellation);
        int at = 0;
        return [.. questions.Select(q =>
        {
            VerdictReading[] own = readings[at..(at += q.Responses.Count)];
            return new JudgeVerdict([.. own.Select(score)])
            {
                LabelProbabilities = [.. own.Select(r => r.Probabilities)],
                LabelMass = own.Average(r => r.LabelMass),
                Replies = [.. own.SelectMany((r, i) => reader.Replies(
                    r, (vote, reply) => reply with { Response = i, SaysYes = vote.Likeliest == 0 }))],
            };
        })];
    }
}
