using Innate.Generation;
using Innate.Generation.Formats;
using Innate.Models;
using Innate.Text;
using Innate.Traces;

namespace Innate.Judges;

/// <summary>
/// ThinkPRM (arXiv 2504.16828; score and verdicts confirmed by the authors' code): writes a chain that verifies a solution step
/// by step, and decides at its end whether the solution is correct. The score is <see cref="ThinkPrmScore"/> of the last
/// decision, the mean over chains; each chain's <see cref="StepVerdicts"/> are the scores of the steps.
/// </summary>
/// <remarks>
/// Where formats are kept (ours) a chain is any text with <c>\boxed{correct}</c> or <c>\boxed{incorrect}</c> a step, up to the
/// first incorrect one, then any text up to the prompt's <c>verdict</c> and one of its labels: every chain decides. Else the
/// chain is free, and decides where a label is the likeliest token (the token itself, where the likeliest is not told); chains
/// that never do are left out and counted. Rounds of second thoughts follow the first chain: less its decision it goes on after
/// one of the prompt's <c>doubts</c>, up to another decision, which counts; a free chain's is then read from the tokens.
/// </remarks>
internal sealed class ThinkPrmJudge : IJudge
{
    private readonly JudgeModel _model;
    private readonly JudgePrompt _prompt;
    private readonly JudgeOptions _options;
    private readonly JudgeWriter _writer;
    private readonly string[] _labels;
    private readonly int[][] _labelIds;
    private readonly int[] _start;
    private readonly Dictionary<int, TokenFormat> _formats = [];
    private TokenFormat? _again;

    /// <summary>A judge.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="prompt">How.</param>
    /// <param name="options">Chains are its votes.</param>
    /// <exception cref="InputException">Options that do not go together, or labels that are no single tokens.</exception>
    public ThinkPrmJudge(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null)
    {
        (_model, _prompt, _options) = (model, prompt, JudgeOptions.ForWriting(options, prompt, "a chain that verifies"));
        if (_options.SecondThoughts > 0 && prompt.Doubts.Count == 0)
        {
            throw new InputException($"{prompt.Source}: second thoughts need the section 'doubts', found none.");
        }

        _writer = new JudgeWriter(model, _options, prompt.Source);
        _labels = [.. prompt.Labels.Select(l => " " + l)];
        _labelIds = [.. _labels.Select(model.Tokenizer.EncodeContinuation)];
        _start = model.Tokenizer.EncodeContinuation(prompt.Start);
        if (!_writer.KeepsFormats && Array.Find(_labelIds, l => l.Length != 1) is { } several)
        {
            throw new InputException(
                $"{prompt.Source}: a free chain decides where one token is the likeliest, but a label with a blank before it has "
                + $"{several.Length} tokens of this tokenizer.");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default)
    {
        string[][] steps = [.. questions.SelectMany(q => q.Responses.Select(r => StepText.Split(r)))];
        IReadOnlyList<ConversationMessage>[] asked =
        [
            .. questions.SelectMany(q => q.Responses.Select(r => _prompt.Ask(
                new JudgedText(Questions.TextOf(q.Prompt), Numbered(StepText.Split(r))), _options.Principle, reasons: true))),
        ];
        int[][] prompts = [.. asked.Select(a => (int[])[.. _model.Encode(a).Ids, .. _start])];
        JudgeWriting[][] chains = new JudgeWriting[prompts.Length][];
        foreach (IGrouping<int, int> same in Enumerable.Range(0, prompts.Length).GroupBy(i => steps[i].Length))
        {
            int[] places = [.. same];
            IReadOnlyList<JudgeWriting[]> written = _writer.Write(
                [.. places.Select(i => prompts[i])], _options.Votes, _options.ReasoningTokens, FormatOf(same.Key),
                likeliest: true, cancellation);
            for (int i = 0; i < places.Length; i++) chains[places[i]] = written[i];
        }

        for (int round = 0; round < _options.SecondThoughts; round++) chains = ThinkAgain(chains, round, cancellation);
        Decision?[][] decisions = Decide(chains, cancellation);
        int at = 0;
        return [.. questions.Select(q =>
        {
            int first = at;
            at += q.Responses.Count;
            return Verdict(asked[first..at], chains[first..at], decisions[first..at], steps[first..at]);
        })];
    }

    // Each chain less its decision goes on after a doubt, up to another decision. Verdicts on steps stay those of the first time.
    private JudgeWriting[][] ThinkAgain(JudgeWriting[][] chains, int round, CancellationToken cancellation)
    {
        int[] doubt = _model.Tokenizer.EncodeContinuation($"\n\n{_prompt.Doubts[Math.Min(round, _prompt.Doubts.Count - 1)]}\n");
        JudgeWriting[] all = [.. chains.SelectMany(c => c)];
        int[][] begun = [.. all.Select(c => (int[])[.. UpTo(c, Undecided(c.Text)), .. doubt])];
        _again ??= new TokenFormat(ChainFormat(0), _model.Tokenizer);
        JudgeWriting[] more = _writer.WriteEach(
            [.. all.Select((c, i) => (int[])[.. c.Prompt, .. begun[i]])], _options.Votes, _options.ReasoningTokens, _again,
            likeliest: true, cancellation);
        return
        [
            .. all.Select((c, i) =>
            {
                int[] ids = [.. begun[i], .. more[i].Ids];
                return new JudgeWriting(
                    c.Prompt, ids, [], GeneratedText.OfIds(_model.Tokenizer, c.Prompt, ids), c.IsCut || more[i].IsCut, null);
            }).Chunk(_options.Votes),
        ];
    }

    private int Undecided(string chain)
    {
        int at = chain.LastIndexOf(_prompt.Verdict, StringComparison.Ordinal);
        return at < 0 ? chain.Length : at;
    }

    /// <summary>The format of a chain over so many steps.</summary>
    internal TextFormat ChainFormat(int steps)
    {
        TextFormat end = UntilFormat.Of((_prompt.Verdict, TextFormats.OneOf(_labels)));
        TextFormat chain = end;
        for (int i = 0; i < steps; i++) chain = UntilFormat.Of((@"\boxed{correct}", chain), (@"\boxed{incorrect}", end));
        return chain;
    }

    private static string Numbered(string[] steps) =>
        string.Join(StepText.Separator, steps.Select((step, i) => $"Step {i + 1}: {step}"));

    private TokenFormat FormatOf(int steps) => _formats.TryGetValue(steps, out TokenFormat? known) ? known
        : _formats[steps] = new TokenFormat(ChainFormat(steps), _model.Tokenizer);

    // What a chain decided, and how much the model wanted to decide at all.
    private readonly record struct Decision(double Score, double LabelMass);

    private Decision?[][] Decide(JudgeWriting[][] chains, CancellationToken cancellation)
    {
        JudgeWriting[] all = [.. chains.SelectMany(c => c)];
        int[]?[] contexts = [.. all.Select(DecisionContext)];
        IReadOnlyList<TokenTrace[]> traces = contexts.All(c => c is null) ? [] : _model.Traces.Trace(
            [.. contexts.OfType<int[]>().Select(c => new TraceQuery(c, _labelIds))], 1, cancellation);
        int next = 0;
        Decision?[] decisions = [.. contexts.Select(c =>
        {
            if (c is null) return (Decision?)null;
            double[] logs = [.. traces[next++].Select(t => t.LogProbability.Sum())];
            return new Decision(
                ThinkPrmScore.OfChain(logs[0], logs[1]), Math.Min(1, logs.Sum(l => Innate.Compute.PortableMath.Exp(l))));
        })];
        return [.. decisions.Chunk(_options.Votes)];
    }

    // The ids before the last place where the chain decides; null where it does not.
    private int[]? DecisionContext(JudgeWriting chain)
    {
        if (!_writer.KeepsFormats)
        {
            int[] tops = chain.Likeliest is { } told ? [.. told.Take(chain.Ids.Length).Select(l => l.Ids[0])] : chain.Ids;
            int place = Array.FindLastIndex(tops, id => _labelIds.Any(l => l[0] == id));
            return place < 0 ? null : [.. chain.Prompt, .. chain.Ids[..place]];
        }

        // The chain ends with a label.
        int label = _labels.Select(l => l.Length).First(n => _labels.Contains(chain.Text[^n..]));
        return [.. chain.Prompt, .. UpTo(chain, chain.Text.Length - label)];
    }

    // A chain's ids up to a place in its text; a token that lies across the place is written anew up to it.
    private int[] UpTo(JudgeWriting chain, int end)
    {
        string[] texts = _model.Tokenizer.TokenTexts(chain.Ids);
        int kept = 0, length = 0;
        while (kept < texts.Length && length + texts[kept].Length <= end) length += texts[kept++].Length;
        return [.. chain.Ids[..kept], .. _model.Tokenizer.EncodeContinuation(chain.Text[length..end])];
    }

    // The label that stands last in a chain.
    private bool? SaysYes(string chain)
    {
        int[] last = [.. _labels.Select(l => chain.LastIndexOf(l, StringComparison.Ordinal))];
        return last.Max() < 0 ? null : last[0] > last[1];
    }

    private JudgeVerdict Verdict(
        IReadOnlyList<ConversationMessage>[] asked, JudgeWriting[][] chains, Decision?[][] decisions, string[][] steps)
    {
        ChainAverage[] averages = [.. decisions.Select(d => ThinkPrmScore.Average([.. d.Select(c => c?.Score)]))];
        Decision[] made = [.. decisions.SelectMany(d => d).OfType<Decision>()];
        JudgeReply[][] replies = [.. chains.Select((own, i) => own.Select((chain, k) => new JudgeReply(chain.Text, chain.IsCut)
        {
            Asked = asked[i],
            Turn = _prompt.Start + chain.Text,
            Response = i,
            SaysYes = SaysYes(chain.Text),
            Scores = decisions[i][k] is { } decision ? [decision.Score] : null,
            Steps = StepVerdicts.Read(chain.Text, steps[i].Length).PrefixCorrect,
        }).ToArray())];
        int silent = Array.FindIndex(averages, a => a.Score is null);
        return new JudgeVerdict([.. averages.Select(a => a.Score ?? double.NaN)])
        {
            LabelMass = made.Length == 0 ? double.NaN : made.Average(d => d.LabelMass),
            StepScores = [.. replies.Select((own, i) =>
                Enumerable.Range(0, steps[i].Length).Select(s => own.Average(r => r.Steps![s])).ToArray())],
            Coverage = averages.Average(a => a.Coverage),
            Replies = [.. replies.SelectMany(r => r)],
            Refusal = silent < 0 ? null
                : $"response {silent}: none of the judge's {chains[silent].Length} chains decides whether it is correct",
        };
    }
}
