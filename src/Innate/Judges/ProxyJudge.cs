using Innate.Generation.Formats;
using Innate.Text;

namespace Innate.Judges;

/// <summary>
/// ProxyReward (arXiv 2506.16024, secondary; the words, the labels and the formula are ours): from what is asked alone the model
/// writes proxy questions with their answers; a frozen reader, the same model, says of each and of each response whether the
/// response gives this answer, does not, or says otherwise. The score is <see cref="ProxyQuestionReward"/>, the mean over sets.
/// </summary>
/// <remarks>
/// A set is written once a prompt, so all its responses are read with the same questions. Where formats are kept it is
/// <see cref="ProxyQuestions.Format"/>; else it is free, and a set without a question is left out and counted.
/// </remarks>
internal sealed class ProxyJudge : IJudge
{
    private const int Gives = 0, Contradicts = 2;

    private readonly JudgeModel _model;
    private readonly JudgePrompt _prompt;
    private readonly JudgeOptions _options;
    private readonly JudgeWriter _writer;
    private readonly VerdictReader _reader;
    private readonly TokenFormat _format;

    /// <summary>A judge.</summary>
    /// <param name="model">Who writes the questions and who reads.</param>
    /// <param name="prompt">How they are asked.</param>
    /// <param name="options">Sets of questions are its votes.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public ProxyJudge(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null)
    {
        (_model, _prompt, _options) = (model, prompt, JudgeOptions.ForWriting(options, prompt, "proxy questions"));
        _writer = new JudgeWriter(model, _options, prompt.Source);
        _reader = new VerdictReader(model, prompt, JudgeKind.Proxy, new JudgeOptions { Principle = _options.Principle });
        _format = new TokenFormat(ProxyQuestions.Format, model.Tokenizer);
    }

    /// <inheritdoc/>
    public IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default)
    {
        IReadOnlyList<ConversationMessage>[] toWrite =
            [.. questions.Select(q => _prompt.AskToWrite(Questions.TextOf(q.Prompt), _options.Principle))];
        IReadOnlyList<JudgeWriting[]> written = _writer.Write(
            [.. toWrite.Select(a => _model.Encode(a).Ids)], _options.Votes, _options.ReasoningTokens, _format, false,
            cancellation);
        IReadOnlyList<ProxyQuestion>[][] sets = [.. written.Select(w => w.Select(x => ProxyQuestions.Read(x.Text)).ToArray())];
        JudgedText[] asked =
        [
            .. questions.SelectMany((q, i) => sets[i].SelectMany(set => set.SelectMany(p =>
                q.Responses.Select(r => new JudgedText(_prompt.Item(p.Question, p.Answer), r))))),
        ];
        VerdictReading[] readings = asked.Length == 0 ? [] : _reader.Read(asked, cancellation);
        int next = 0;
        return [.. questions.Select((q, i) =>
        {
            int first = next;
            double[]?[] scores = [.. sets[i].Select(set => set.Count == 0 ? null : Scores(set.Count, q.Responses.Count))];
            double[][] counted = [.. scores.OfType<double[]>()];
            return new JudgeVerdict(
            [
                .. q.Responses.Select((_, r) => counted.Length == 0 ? double.NaN : counted.Average(s => s[r])),
            ])
            {
                LabelMass = next == first ? double.NaN : readings[first..next].Average(r => r.LabelMass),
                Range = (-ProxyQuestionReward.OwnWeight, 1),
                Coverage = counted.Length / (double)scores.Length,
                Replies = [.. written[i].Select((w, v) => new JudgeReply(w.Text, w.IsCut)
                {
                    Asked = toWrite[i], Turn = w.Text, Scores = scores[v],
                })],
                Refusal = counted.Length > 0 ? null
                    : $"none of the judge's {scores.Length} sets holds a proxy question with its answer",
            };
        })];

        // Readings lie question by question, the responses of each together.
        double[] Scores(int count, int responses)
        {
            int[][] labels = [.. readings[next..(next += count * responses)].Select(r => r.Likeliest).Chunk(responses)];
            return
            [
                .. Enumerable.Range(0, responses).Select(r => ProxyQuestionReward.Compute(
                    [.. labels.Select(l => l[r] == Gives)], [.. labels.Select(l => l[r] == Contradicts)])),
            ];
        }
    }}
