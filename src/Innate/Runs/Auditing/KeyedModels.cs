using System.Globalization;
using Innate.Audits.Keys;
using Innate.Judges;
using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Auditing;

/// <summary>A scorer of an audit by empty keys.</summary>
/// <param name="Settings">The reward or judge.</param>
/// <param name="Session">Its model.</param>
internal sealed record KeyedScorerSource(ScorerSettings Settings, ModelSession Session)
{
    /// <summary>What a person calls it.</summary>
    public string Name => RunDescription.NameOf(Settings);

    /// <summary>Whether its score of a text depends on the texts beside it.</summary>
    public bool Compares => Settings.Judge is { } judge && JudgeTraits.Of(judge.Kind).Shape != JudgedShape.One;

    /// <summary>
    /// Above which score a response is called right: one half of a probability, 0 of a trained reward model's score. Null: the
    /// scorer says which of two is better, and never that one is right.
    /// </summary>
    public double? Threshold => Settings switch
    {
        { Judge: { } judge } =>
            judge.Kind is JudgeKind.Verifier or JudgeKind.GenRm or JudgeKind.GenRmCot or JudgeKind.ThinkPrm ? 0.5 : null,
        { Expression: not null } => null,
        { Reward: RewardKind.Classifier } => 0,
        { Reward: RewardKind.Process } => 0.5,
        _ => null,
    };
}

/// <summary>The models of an audit by empty keys, opened at once and loaded one after another.</summary>
internal sealed class KeyedModels : IDisposable
{
    private readonly KeyAuditSettings _settings;
    private readonly List<ModelSession> _opened = [];
    private readonly ModelSession? _reference;

    public KeyedModels(
        KeyAuditSettings settings, Func<ModelSource, CancellationToken, ModelSession> open, CancellationToken cancellation)
    {
        _settings = settings;
        try
        {
            List<KeyedScorerSource> scorers = [];
            if (settings.Model is { } model)
            {
                ModelSession session = Opened(model);
                scorers.AddRange(settings.Scorers.Count > 0
                    ? settings.Scorers.Select(s => new KeyedScorerSource(s, session)) : [Usual(session)]);
            }

            scorers.AddRange(settings.RewardModels.Select(m => Usual(Opened(m))));
            ModelSource? reference = settings.Scorers.Select(s => s.Reference).FirstOrDefault(r => r is not null);
            _reference = reference is null ? null : Opened(reference);
            Scorers = scorers;
            foreach (KeyedScorerSource scorer in scorers) Require(scorer);
        }
        catch
        {
            Dispose();
            throw;
        }

        ModelSession Opened(ModelSource source)
        {
            _opened.Add(open(source, cancellation));
            return _opened[^1];
        }
    }

    /// <summary>All scorers, those of one model together.</summary>
    public IReadOnlyList<KeyedScorerSource> Scorers { get; }

    /// <summary>
    /// What a person calls a scorer's model; where two have one name, as the final folders of two runs, with the folder above, or
    /// the engine's address.
    /// </summary>
    public string TitleOf(KeyedScorerSource source)
    {
        ModelSession[] alike =
            [.. Scorers.Select(s => s.Session).Distinct().Where(s => s.Title == source.Session.Title)];
        if (alike.Length < 2) return source.Session.Title;
        string[] before = [.. alike.Select(Above)];
        return before.Distinct(StringComparer.Ordinal).Count() == before.Length
            ? $"{Above(source.Session)}/{source.Session.Title}" : source.Session.Folder;

        static string Above(ModelSession session) => session.Engine?.Address ?? Path.GetFileName(
            Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(session.Folder)))) ?? "";
    }

    /// <summary>The scorer, ready to score.</summary>
    /// <param name="place">Its place.</param>
    public (KeyScorer Scorer, IDisposable Owned) Open(int place)
    {
        KeyedScorerSource source = Scorers[place];
        ResponseScorer scorer = ResponseScorer.Of(
            source.Settings, source.Session, Reference(source), FormatOf(source), samples: false,
            RowColumns.ParseAny(_settings.Columns));
        return (new KeyScorer(scorer, source.Compares, place), scorer);
    }

    /// <summary>What decides the bits of the scores, by name.</summary>
    public IEnumerable<KeyValuePair<string, string>> Describe()
    {
        for (int i = 0; i < Scorers.Count; i++)
        {
            KeyedScorerSource s = Scorers[i];
            string how = RunDescription.Of(s.Settings, s.Session, _settings.Format);
            string name = RunDescription.DecidingNameOf(s.Settings);
            yield return new(
                string.Create(CultureInfo.InvariantCulture, $"scorer_{i}"),
                $"{name} {s.Session.Fingerprint(_settings.Format.Raw, Reference(s)).Id} {how}");
        }
    }

    public void Dispose()
    {
        foreach (ModelSession model in _opened) model.Dispose();
    }

    private ModelSession? Reference(KeyedScorerSource source) => source.Settings.Reference is null ? null : _reference;

    private static KeyedScorerSource Usual(ModelSession session) =>
        new(new ScorerSettings { Reward = ScoreHead.Usual(session.Head) }, session);

    // Said before any work.
    private static void Require(KeyedScorerSource scorer)
    {
        ScorerSettings settings = scorer.Settings;
        settings.Check();
        if (settings.Expression?.Needs.Group is { } compares)
        {
            throw new InputException(
                "Rewards", "rewards of one response alone, for keys would move the group that it is compared with",
                $"{compares} in {settings.Expression}");
        }

        if (settings.Expression is { } expression) ExpressionModel.Require(expression, scorer.Session);
        else if (settings.Judge is null)
        {
            PolarRows.Refuse(settings.Reward, "beside empty keys");
            scorer.Session.RequireReward(settings.Reward);
            scorer.Session.RequireAlpha(settings.Options.Alpha);
        }
    }

    // A system prompt is the rewards'; a judge has its own, and refuses one where nothing else would read it.
    private ChatFormatOptions FormatOf(KeyedScorerSource source) =>
        source.Settings.Judge is null || Scorers.All(s => s.Settings.Judge is not null)
            ? _settings.Format : _settings.Format with { System = null };
}
