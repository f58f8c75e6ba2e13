using System.Text;
using Innate.Generation;
using Innate.Scoring.Profiles;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Profiles;

/// <summary>
/// Looks for words that make the reward prefer what pairs prefer: some that the model says when it is shown pairs, and a fixed
/// few. They are measured on every other prompt, and the best of them on the rest.
/// </summary>
/// <param name="settings">The pairs and the model.</param>
public sealed class ProposalRun(ProposalSettings settings) : Run<ProposalResult>
{
    private const int MostShown = 4;
    private const int LongestShown = 400;
    private const int LongestWords = 300;
    private const int MostTokens = 60;

    private static readonly string[] Fixed =
    [
        "Give only the answer.", "Answer in one short sentence.", "Answer at length, with every detail.",
        "Explain step by step.", "Show your steps in plain text.", "Show your steps in markdown.",
        "Write plain text without formatting.", "Use headings and lists.", "Use simple words.", "Use a formal style.",
        "Be friendly and warm.", "Be careful: say so where you are not sure.", "Be sure of yourself.",
        "Refuse what could do harm.", "Answer in English.", "Answer in the language of the question.", "Give an example.",
    ];

    /// <inheritdoc/>
    public override ProposalResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        IReadOnlyList<ProfileGroup> groups = ProfileGroups.Of(settings.Pairs);
        if (groups.Count < 2)
        {
            throw new InputException("pairs: expected those of at least two prompts, one half to choose words by and one to "
                + $"measure them, found {groups.Count}.");
        }

        ProfileGroup[] tried = [.. groups.Where((_, i) => i % 2 == 0)], heldOut = [.. groups.Where((_, i) => i % 2 == 1)];
        using ModelSession session = OpenModel(settings.Model, cancellation);
        string[] sampled = settings.Samples == 0 ? [] : Sampled(session, tried, cancellation);
        ProfileScorer scorer = new(session, settings.Format);
        string[] all = [.. sampled.Concat(Fixed).Distinct(StringComparer.Ordinal)];
        List<ProposedWording> wordings = [];
        foreach (string words in all)
        {
            events?.Report(new RunAdvanced(
                new WorkDone(wordings.Count, wordings.Count, wordings.Count / (double)all.Length), "wordings"));
            wordings.Add(new ProposedWording(words, sampled.Contains(words), Agreement(words, tried)));
        }

        // Of equals the first: the model's own words before the fixed ones.
        ProposedWording[] best = [.. wordings.OrderByDescending(w => w.Agreement.Value)];
        return new ProposalResult(best, Agreement(best[0].Words, heldOut), Agreement(null, heldOut));

        Share Agreement(string? words, ProfileGroup[] some) => ProfileTestRun.ShareOf(
            some, scorer.Score(new RewardProfile { Name = "pairs", Prefers = words ?? "" }, words, some, cancellation));
    }

    private string[] Sampled(ModelSession session, ProfileGroup[] tried, CancellationToken cancellation)
    {
        ChatFormat format = session.Format(settings.Format);
        int room = ModelLimits.Of(session.Traces).MaxPositions - MostTokens;
        int[]? ids = null;
        for (int shown = Math.Min(MostShown, tried.Length); shown > 0 && ids is null; shown--)
        {
            int[] question = format.EncodePrompt(Question(tried[..shown])).Ids;
            if (question.Length <= room) ids = question;
        }

        // Pairs that are longer than what the model reads leave the fixed wordings.
        if (ids is null) return [];
        SamplingOptions sampling = new()
        {
            MaxTokens = MostTokens, Seed = settings.Seed, StopIds = session.StopIds(settings.Format),
        };
        GeneratedResponse[] said = session.Generator.Generate([ids], settings.Samples, sampling, null, cancellation)[0];
        return
        [
            .. said.Select(s => Words(session.Tokenizer.Decode(s.TokenIds, skipSpecialTokens: true)))
                .Where(w => w.Length is > 0 and <= LongestWords).Distinct(StringComparer.Ordinal),
        ];
    }

    private static string Question(ProfileGroup[] groups)
    {
        StringBuilder text = new("In each of these pairs of answers the first one is preferred.\n\n");
        foreach (ProfileGroup group in groups)
        {
            (int chosen, int rejected) = group.Pairs[0];
            text.Append("Question: ").Append(Short(group.Prompt.Text!)).Append("\nPreferred: ");
            text.Append(Short(group.Responses[chosen])).Append("\nOther: ").Append(Short(group.Responses[rejected]));
            text.Append("\n\n");
        }

        return text.Append("Write one short instruction to an assistant, by which it answers as preferred. "
            + "Reply with the instruction alone.").ToString();
    }

    private static string Short(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + " ...";

    // The first line that says something, without quotes around it.
    private static string Words(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault()
            ?.Trim('"', '“', '”', '*', ' ') ?? "";
}
