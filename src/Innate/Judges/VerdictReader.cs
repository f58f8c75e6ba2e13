using Innate.Compute;
using Innate.Models;
using Innate.Text;
using Innate.Traces;

namespace Innate.Judges;

/// <summary>What the model says of a verdict's labels; with votes, the mean over them.</summary>
/// <param name="Probabilities">One a label, in the prompt's order; they sum to 1.</param>
/// <param name="LabelMass">
/// The probability, 0 to 1, that the model says one of the labels at all: near 0, it was not answering the question.
/// </param>
internal sealed record VerdictReading(double[] Probabilities, double LabelMass)
{
    /// <summary>The place of the likeliest label; of equals the first.</summary>
    public int Likeliest => Array.IndexOf(Probabilities, Probabilities.Max());

    /// <summary>The votes that it is the mean of, in order.</summary>
    public IReadOnlyList<VerdictVote> Votes { get; init; } = [];

    /// <summary>The conversation that asked.</summary>
    public IReadOnlyList<ConversationMessage> Asked { get; init; } = [];
}

/// <summary>One vote.</summary>
/// <param name="Probabilities">As of the mean.</param>
/// <param name="LabelMass">As of the mean.</param>
/// <param name="Labels">The log-probabilities of each label's tokens, in nats.</param>
/// <param name="Reasoning">What was written before it; null: nothing.</param>
internal sealed record VerdictVote(double[] Probabilities, double LabelMass, double[][] Labels, JudgeWriting? Reasoning)
{
    /// <summary>A label's probability over the whole vocabulary, 0 to 1.</summary>
    public double Of(int label) => Probabilities[label] * LabelMass;

    /// <summary>The place of the likeliest label; of equals the first.</summary>
    public int Likeliest => Array.IndexOf(Probabilities, Probabilities.Max());
}

/// <summary>
/// Asks for verdicts and reads them from the probabilities of their labels, in one batch of traces: a prompt is a tree with its
/// labels as branches. Nothing is parsed.
/// </summary>
/// <remarks>
/// A label is spelt as a response would be: its text encoded on its own, without the end token. Its probability is the product
/// of its tokens'. Where one label begins another (1 and 10, digit by digit) the longer one's is taken from the shorter one's,
/// so that no answer counts for two. Probabilities are then divided by their sum. With reasoning, the prompt is followed by what
/// was sampled, less its end token, by an empty line, the prompt file's <c>verdict</c> and a line's end: the verdict is given in
/// the same turn.
/// </remarks>
internal sealed class VerdictReader
{
    private readonly JudgeModel _model;
    private readonly JudgePrompt _prompt;
    private readonly JudgeOptions _options;
    private readonly JudgeWriter? _writer;
    private readonly int[][] _labels;
    private readonly int[] _verdict;

    /// <exception cref="InputException">
    /// Options that do not go together, or labels that the tokenizer cannot tell apart.
    /// </exception>
    public VerdictReader(JudgeModel model, JudgePrompt prompt, JudgeKind kind, JudgeOptions options)
    {
        if (prompt.Kind != kind) throw new ArgumentException($"this prompt belongs to the {prompt.Kind} judge", nameof(prompt));
        if (options.ReasoningTokens < 0)
        {
            throw new InputException($"reasoning tokens: expected 0 (none) or more, found {options.ReasoningTokens}.");
        }

        if (options.Votes < 1) throw new InputException($"votes: expected at least 1, found {options.Votes}.");
        if (options.Votes > 1 && (options.ReasoningTokens == 0 || options.Temperature == 0))
        {
            throw new InputException(
                "votes: several need sampled reasoning to differ by (reasoning tokens and a temperature above 0).");
        }

        _writer = options.ReasoningTokens > 0 ? new JudgeWriter(model, options, prompt.Source) : null;
        if (options.Principle is not null && !prompt.TakesPrinciple)
        {
            throw new InputException($"{prompt.Source}: a principle is given, but the prompt has no {{principle}} to put it in.");
        }

        (_model, _prompt, _options) = (model, prompt, options);
        string verdict = options.ReasoningTokens == 0 ? "" : $"\n\n{prompt.Verdict}\n";
        _verdict = model.Tokenizer.EncodeContinuation(verdict);

        // Every label stands behind the same words: a tokenizer may write it otherwise at the beginning of a text.
        string words = verdict.Length > 0 ? verdict : model.Format.IsRaw ? "\n" : model.Format.GenerationPrompt;
        EncodedPrompt before = EncodedPrompt.Of(model.Tokenizer, words);
        _labels = [.. prompt.Labels.Select(l => before.Continue(model.Tokenizer, l).Ids)];
        for (int i = 0; i < _labels.Length; i++)
        {
            if (_labels[i].Length == 0)
            {
                throw new InputException($"{prompt.Source}: the label '{prompt.Labels[i]}' encodes to no token.");
            }

            int same = Array.FindIndex(_labels, l => l.AsSpan().SequenceEqual(_labels[i]));
            if (same < i)
            {
                throw new InputException(
                    $"{prompt.Source}: the labels '{prompt.Labels[same]}' and '{prompt.Labels[i]}' have the same tokens, so "
                    + $"they cannot be told apart.");
            }
        }
    }

    /// <summary>One reading for each text, in order; its bits do not depend on the others.</summary>
    /// <exception cref="InputException">A prompt that the template refuses or the context does not hold.</exception>
    public VerdictReading[] Read(IReadOnlyList<JudgedText> judged, CancellationToken cancellation)
    {
        bool reasons = _options.ReasoningTokens > 0;
        IReadOnlyList<ConversationMessage>[] asked = [.. judged.Select(j => _prompt.Ask(j, _options.Principle, reasons))];
        int[][] prompts = [.. asked.Select(a => _model.Encode(a).Ids)];
        foreach (int[] prompt in prompts) RequireRoom(prompt);
        JudgeWriting[]? said = _writer is null ? null
            : [.. _writer.Write(prompts, _options.Votes, _options.ReasoningTokens, null, false, cancellation).SelectMany(w => w)];
        IEnumerable<int[]> contexts = said is null ? prompts : said.Select(w => (int[])[.. w.Context, .. _verdict]);
        IReadOnlyList<TokenTrace[]> traces = _model.Traces.Trace(
            [.. contexts.Select(c => new TraceQuery(c, _labels))], 1, cancellation);
        VerdictVote[] votes = [.. traces.Select((t, i) =>
        {
            VerdictReading own = Weigh([.. t.Select(label => label.LogProbability.Sum())]);
            return new VerdictVote(
                own.Probabilities, own.LabelMass, [.. t.Select(label => label.LogProbability)], said?[i]);
        })];
        return [.. votes.Chunk(_options.Votes).Select((v, i) => Mean(v) with { Asked = asked[i] })];
    }

    /// <summary>What was written for a verdict, as replies.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="complete">What else is known of each.</param>
    public IEnumerable<JudgeReply> Replies(VerdictReading reading, Func<VerdictVote, JudgeReply, JudgeReply> complete) =>
        reading.Votes.Where(v => v.Reasoning is not null).Select(v => complete(
            v, new JudgeReply(v.Reasoning!.Text, v.Reasoning.IsCut)
            {
                Asked = reading.Asked,
                Turn = $"{v.Reasoning.Text}\n\n{_prompt.Verdict}\n{_prompt.Labels[v.Likeliest]}",
                Scores = v.Probabilities,
            }));

    /// <summary>The labels' shares from their log-probabilities.</summary>
    internal VerdictReading Weigh(double[] logProbabilities)
    {
        double[] own = [.. logProbabilities.Select((p, i) => p + LogRest(logProbabilities, i))];
        double largest = own.Max();
        double[] weights = [.. own.Select(p => PortableMath.Exp(p - largest))];
        double sum = weights.Sum();
        return new VerdictReading([.. weights.Select(w => w / sum)], PortableMath.Exp(largest) * sum);
    }

    // The share of a label's probability that no longer label takes.
    private double LogRest(double[] logProbabilities, int label)
    {
        double rest = 1;
        for (int j = 0; j < _labels.Length; j++)
        {
            // Of labels that begin each other in turn the nearest takes all that the others have.
            if (Begins(label, j) && !_labels.Where((_, k) => Begins(label, k) && Begins(k, j)).Any())
            {
                rest -= PortableMath.Exp(logProbabilities[j] - logProbabilities[label]);
            }
        }

        return PortableMath.Log(Math.Max(rest, 0));
    }

    private bool Begins(int label, int other) =>
        _labels[label].Length < _labels[other].Length && _labels[other].AsSpan().StartsWith(_labels[label]);

    private static VerdictReading Mean(VerdictVote[] votes) => new(
        [.. votes[0].Probabilities.Select((_, i) => votes.Sum(v => v.Probabilities[i]) / votes.Length)],
        votes.Sum(v => v.LabelMass) / votes.Length) { Votes = votes };

    private void RequireRoom(int[] prompt)
    {
        int label = _labels.Max(l => l.Length), needed = prompt.Length + _options.ReasoningTokens + _verdict.Length + label;
        if (needed <= _model.Traces.MaxPositions) return;
        string reasoning = _options.ReasoningTokens > 0
            ? $", {_options.ReasoningTokens} of reasoning, the verdict's {_verdict.Length}" : "";
        throw new InputException(
            $"the judge's prompt of {prompt.Length} tokens{reasoning} and a label's {label} are {needed} tokens, "
            + $"{needed - _model.Traces.MaxPositions} more than {_model.Traces.ContextInWords}");
    }
}
