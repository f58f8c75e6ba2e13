using Innate.Judges;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Judgements;

/// <summary>One judge, told by each row's own principle where rows have one.</summary>
internal sealed class JudgePrincipleSet
{
    private readonly JudgementSettings _settings;
    private readonly ModelSession _session;
    private readonly Dictionary<string, NamedJudge> _judges = new(StringComparer.Ordinal);

    /// <summary>A judge by principles.</summary>
    /// <param name="settings">The judge.</param>
    /// <param name="session">The model.</param>
    /// <exception cref="InputException">Settings that do not go together.</exception>
    public JudgePrincipleSet(JudgementSettings settings, ModelSession session)
    {
        (_settings, _session) = (settings, session);

        // What is wrong with the settings is wrong before the first row.
        if (Kind != JudgeKind.RewardAnything || settings.Judge.Principle is not null) _ = Of(settings.Judge.Principle);
    }

    private JudgeKind Kind => _settings.Judge.Kind;

    /// <summary>What became of its replies, in a sentence; null where there is nothing to tell.</summary>
    public string? Told => JudgeTally.ToldOf([.. _judges.Values.Select(j => j.Tally)]);

    /// <summary>The labels of its prompt.</summary>
    public IReadOnlyList<string> Labels => Prompt(null).Labels;

    /// <summary>Refuses a question that this judge cannot be asked, or has no known answer.</summary>
    /// <exception cref="InputException">What is missing.</exception>
    public void Require(KnownQuestion known)
    {
        JudgedShape shape = JudgeTraits.Of(Kind).Shape;
        if (shape != JudgedShape.One && known.Question.Responses.Count < 2)
        {
            throw new InputException($"{JudgeNames.Of(Kind)} compares responses: expected at least two, found one");
        }

        if (shape == JudgedShape.One)
        {
            for (int i = 0; i < known.Scores.Length; i++) _ = known.IsRight(i);
        }
        else if (Kind != JudgeKind.RewardAnything && known.Best is null)
        {
            throw new InputException("\"scores\": expected one response that is better than all others, found several");
        }

        if (Kind == JudgeKind.RewardAnything && string.IsNullOrWhiteSpace(PrincipleOf(known)))
        {
            throw new InputException("\"principle\": expected what to judge by, in the row or in --principle, found none");
        }

        JudgePrompt prompt = Prompt(known);
        if (PrincipleOf(known) is not null && !prompt.TakesPrinciple)
        {
            throw new InputException($"{prompt.Source}: a principle is given, but the prompt has no {{principle}} to put it in.");
        }
    }

    /// <summary>The verdicts of questions, in order, those of one principle together.</summary>
    public (JudgeVerdict? Verdict, string? Error)[] Ask(IReadOnlyList<KnownQuestion> questions, CancellationToken cancellation)
    {
        var found = new (JudgeVerdict? Verdict, string? Error)[questions.Count];
        foreach (IGrouping<string?, int> same in Enumerable.Range(0, questions.Count).GroupBy(i => PrincipleOf(questions[i])))
        {
            int[] places = [.. same];
            var own = Of(same.Key).Verdicts([.. places.Select(i => questions[i].Question)], cancellation);
            for (int i = 0; i < places.Length; i++) found[places[i]] = own[i];
        }

        return found;
    }

    /// <summary>The conversation that asks about all responses at once.</summary>
    public IReadOnlyList<ConversationMessage> Asked(KnownQuestion known) => Prompt(known).Ask(
        Kind == JudgeKind.RewardAnything ? RewardAnythingJudge.Shown(known.Question)
            : Listed.Of(known.Question, SpctJudge.NameOf),
        PrincipleOf(known), reasons: true);

    /// <summary>The conversations that ask about each response.</summary>
    public IReadOnlyList<ConversationMessage>[] EachAsked(KnownQuestion known) =>
    [
        .. known.Question.Responses.Select(r => Prompt(known).Ask(
            new JudgedText(Questions.TextOf(known.Question.Prompt), r), PrincipleOf(known), reasons: false)),
    ];

    private string? PrincipleOf(KnownQuestion? known) => known?.Principle ?? _settings.Judge.Principle;

    private JudgePrompt Prompt(KnownQuestion? known) => Of(PrincipleOf(known)).Prompt;

    private NamedJudge Of(string? principle)
    {
        string key = principle ?? "";
        if (_judges.TryGetValue(key, out NamedJudge? judge)) return judge;
        return _judges[key] = NamedJudge.Of(_settings.Judge with { Principle = principle }, _session, _settings.Format);
    }
}
