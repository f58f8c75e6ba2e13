using System.Globalization;
using Innate.Generation.Formats;
using Innate.Judges;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;
using Innate.Verifiers;

namespace Innate.Runs.StepLabels;

/// <summary>
/// SPARE's labels (arXiv 2506.15498): the model, as a teacher who sees the row's <c>reference</c>, grades all steps of a solution
/// in one reply, from which <see cref="SpareLabels"/> are read. Where the model runs here the reply is held to its format, a list
/// with one object a step; else a reply in which no grade can be read is counted, and its steps are labelled by the rule for
/// ungraded ones.
/// </summary>
internal sealed class ReferenceLabeller
{
    private readonly StepLabelSettings _settings;
    private readonly RowColumns? _columns;
    private readonly SparePrompt _prompt;
    private readonly JudgeModel _model;
    private readonly JudgeWriter _writer;
    private readonly Dictionary<(int Steps, int Reference), TokenFormat> _formats = [];

    /// <summary>A labeller.</summary>
    /// <param name="session">The teacher.</param>
    /// <param name="settings">How it writes, and what becomes of ungraded steps.</param>
    /// <param name="columns">The rows' own names of fields; null: none of their own.</param>
    /// <exception cref="InputException">A prompt that is none.</exception>
    public ReferenceLabeller(ModelSession session, StepLabelSettings settings, RowColumns? columns)
    {
        (_settings, _columns) = (settings, columns);
        _prompt = SparePrompt.Load(settings.TeacherPrompt);
        ChatFormatOptions format = settings.Format with { System = null };
        _model = JudgeModel.Of(session, format, reasons: true);
        _writer = new JudgeWriter(_model, new JudgeOptions
        {
            ReasoningTokens = settings.Sampling.MaxTokens, Temperature = settings.Sampling.Temperature,
            Seed = settings.Sampling.Seed, StopIds = session.StopIds(format),
        }, _prompt.Source);
    }

    /// <summary>Replies without a grade that can be read.</summary>
    public long Unread { get; private set; }

    /// <summary>Replies that the limit of tokens ended.</summary>
    public long Cut { get; private set; }

    /// <summary>A line a solution; a solution that cannot be graded is told in place of one.</summary>
    /// <param name="solutions">The solutions.</param>
    /// <param name="tell">Is told of what cannot be graded.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public IEnumerable<byte[]> Lines(
        IReadOnlyList<Solution> solutions, Action<long, InputException> tell, CancellationToken cancellation)
    {
        byte[]?[] lines = new byte[]?[solutions.Count];
        List<(int Place, int[] Prompt, int Reference)> asked = [];
        for (int i = 0; i < solutions.Count; i++)
        {
            try
            {
                string[] reference = AlignmentPairs.Reference(solutions[i].Row, _columns, _settings.Split);
                int[] prompt = _model.Encode(_prompt.Ask(
                    Questions.TextOf(solutions[i].Row.Prompt.Conversation), reference, solutions[i].Steps)).Ids;
                _writer.RequireRoom(prompt.Length, _settings.Sampling.MaxTokens);
                asked.Add((i, prompt, reference.Length));
            }
            catch (InputException e)
            {
                tell(solutions[i].Row.Line, e);
            }
        }

        foreach (var same in asked.GroupBy(a => (solutions[a.Place].Steps.Count, a.Reference)))
        {
            var own = same.ToArray();
            IReadOnlyList<JudgeWriting[]> replies = _writer.Write(
                [.. own.Select(a => a.Prompt)], 1, _settings.Sampling.MaxTokens, FormatOf(same.Key), false, cancellation);
            for (int i = 0; i < own.Length; i++) lines[own[i].Place] = Line(solutions[own[i].Place], replies[i][0]);
        }

        return lines.OfType<byte[]>();
    }

    /// <summary>The format of a reply: one object a step, in order.</summary>
    /// <param name="steps">The solution's steps.</param>
    /// <param name="reference">The reference's.</param>
    internal static TextFormat Format(int steps, int reference)
    {
        TextFormat number = TextFormats.Whole(1, reference);
        TextFormat places = TextFormats.Any(TextFormats.Text("[]"), TextFormats.Sequence(
            TextFormats.Text("["), number,
            RepeatFormat.Of(TextFormats.Sequence(TextFormats.Text(", "), number), 0, reference - 1), TextFormats.Text("]")));
        TextFormat label = TextFormats.OneOf(["\"CORRECT\"", "\"INCORRECT\""]);
        return TextFormats.List(Enumerable.Range(1, steps).Select(step => TextFormats.JsonObject(
        [
            ("student_step", TextFormats.Text(step.ToString(CultureInfo.InvariantCulture))), ("reference_step", places),
            ("explanation", TextFormats.JsonString), ("label", label),
        ])));
    }

    private TokenFormat FormatOf((int Steps, int Reference) size) => _formats.TryGetValue(size, out TokenFormat? known) ? known
        : _formats[size] = new TokenFormat(Format(size.Steps, size.Reference), _model.Tokenizer);

    private byte[] Line(Solution solution, JudgeWriting reply)
    {
        IReadOnlyList<StepGrade> grades = SpareGrading.Read(reply.Text);
        if (grades.Count == 0) Unread++;
        if (reply.IsCut) Cut++;
        int[] labels = SpareLabels.Of(grades, solution.Steps.Count, solution.IsRight, _settings.Ungraded);
        return RowWriter.Line(w =>
        {
            RowWriter.PassThrough(w, solution.Row.Fields, StepLabelRun.Replaced);
            w.WriteStartArray("completions");
            foreach (string step in solution.Steps) w.WriteStringValue(step.Trim());
            w.WriteEndArray();
            w.WriteStartArray("labels");
            foreach (int label in labels) w.WriteBooleanValue(label == 1);
            w.WriteEndArray();
            w.WriteNumber("graded", grades.Select(g => g.Step).Where(s => s >= 1 && s <= labels.Length).Distinct().Count());
            w.WriteBoolean("right", solution.IsRight);
        });
    }
}
