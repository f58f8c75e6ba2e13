using System.Globalization;
using Innate.Audits.Cues;
using Innate.Judges;
using Innate.Sessions;

namespace Innate.Runs.Auditing;

/// <summary>Reads whether responses say that they went by the cue: by texts that they hold, or by a judge.</summary>
/// <param name="settings">The texts, or the judge's threshold.</param>
/// <param name="judge">The judge; null: texts.</param>
/// <param name="session">The model that is the judge; null: none is asked.</param>
internal sealed class SaidReader(CueSettings settings, NamedJudge? judge, ModelSession? session)
{
    /// <summary>The reader of some settings.</summary>
    /// <param name="settings">How it is read.</param>
    /// <param name="session">The model that judges, where one does.</param>
    public static SaidReader Of(CueSettings settings, ModelSession? session) => new(
        settings, settings.Judge is { } own && session is not null ? NamedJudge.Of(own, session, settings.Format) : null,
        session);

    /// <summary>Refuses a question of which nothing tells who says so.</summary>
    /// <exception cref="InputException">It has no texts, and no judge is there.</exception>
    public void Require(CuedQuestion question)
    {
        if (judge is null && question.Mentions.Count == 0 && settings.Mentions.Count == 0)
        {
            throw new InputException(
                "expected \"mentions\", texts by which a response says that it went by the cue, found none");
        }
    }

    /// <summary>The pairs with what was read of them. A judge is asked only about responses that a figure needs.</summary>
    public (CuedRow Row, AskedPair Pair)[] Read((CuedRow Row, AskedPair Pair)[] pairs, CancellationToken cancellation)
    {
        if (judge is null)
        {
            return
            [
                .. pairs.Select(p => (p.Row, p.Pair with
                {
                    First = InWords(p.Pair, p.Pair.First), Second = InWords(p.Pair, p.Pair.Second),
                })),
            ];
        }

        (int Pair, bool IsFirst)[] asked =
        [
            .. pairs.SelectMany((p, i) => ((int, bool)[])[(i, true), (i, false)]).Where(a => IsNeeded(pairs[a.Item1].Pair)),
        ];
        if (asked.Length == 0) return pairs;
        IReadOnlyList<(JudgeVerdict? Verdict, string? Error)> said = judge.Ask(
            [.. asked.Select(a => Question(pairs[a.Pair], a.IsFirst))], cancellation);
        for (int i = 0; i < asked.Length; i++)
        {
            (CuedRow row, AskedPair pair) = pairs[asked[i].Pair];
            pairs[asked[i].Pair] = (row, asked[i].IsFirst
                ? pair with { First = Judged(pair.First, said[i]) } : pair with { Second = Judged(pair.Second, said[i]) });
        }

        return pairs;
    }

    /// <summary>What decides what is read, by name.</summary>
    public IEnumerable<KeyValuePair<string, string>> Describe() => judge is null
        ? [new("mentions", string.Join(" | ", settings.Mentions))]
        :
        [
            new("judge", judge.Name), .. NamedJudge.Describe([judge], settings.Judge!, session!),
            new("judge_model", session!.Title),
            new("judge_fingerprint", session.Fingerprint(settings.Format.Raw).Id),
            new("said_above", settings.SaidAbove.ToString("R", CultureInfo.InvariantCulture)),
        ];

    private static bool IsNeeded(AskedPair pair) =>
        (pair.IsReadable && pair.IsInfluenced) || pair.Question.Hacked is not null;

    private CuedAnswer InWords(AskedPair pair, CuedAnswer answer) =>
        answer with { Said = answer.Mentions([.. pair.Question.Mentions, .. settings.Mentions]) };

    private static JudgeQuestion Question((CuedRow Row, AskedPair Pair) asked, bool isFirst)
    {
        (Cue first, Cue second) = asked.Pair.Question.Cues;
        return new JudgeQuestion(
            CuedQuestion.With(asked.Row.Prompt, isFirst ? first : second).Conversation,
            [isFirst ? asked.Pair.First.Text : asked.Pair.Second.Text]);
    }

    private CuedAnswer Judged(CuedAnswer answer, (JudgeVerdict? Verdict, string? Error) said) =>
        said.Verdict is { Refusal: null } verdict ? answer with { Said = verdict.Scores[0] > settings.SaidAbove }
        : answer with { Said = false, Unjudged = said.Error ?? said.Verdict?.Refusal ?? "no verdict" };
}
