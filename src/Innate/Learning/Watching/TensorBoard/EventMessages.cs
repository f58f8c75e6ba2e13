namespace Innate.Learning.Watching.TensorBoard;

/// <summary>
/// The few messages that TensorBoard needs, field by field (tensorflow/core/util/event.proto, framework/summary.proto,
/// framework/tensor.proto; tensorboard/plugins/text).
/// </summary>
internal static class EventMessages
{
    private const int SessionStart = 1;
    private const int TensorData = 2;
    private const int StringType = 7;

    /// <summary>The first event of a file.</summary>
    public static ProtoMessage Version(double wallTime) => Event(wallTime, 0).Text(3, "brain.Event:2");

    /// <summary>TensorBoard forgets what earlier files of the run say of this step and those after it.</summary>
    public static ProtoMessage Start(double wallTime, long step) =>
        Event(wallTime, step).Message(7, new ProtoMessage().Integer(1, SessionStart));

    /// <summary>A step's numbers, one scalar a metric.</summary>
    public static ProtoMessage Scalars(double wallTime, StepMetrics metrics)
    {
        ProtoMessage summary = new();
        foreach (Metric metric in metrics.Values)
        {
            summary.Message(1, new ProtoMessage().Text(1, metric.Name).Float(2, (float)metric.Value));
        }

        return Event(wallTime, metrics.Step).Message(5, summary);
    }

    /// <summary>A text, which TensorBoard reads as Markdown.</summary>
    public static ProtoMessage Text(double wallTime, long step, string tag, string markdown)
    {
        ProtoMessage plugin = new ProtoMessage().Text(1, "text");
        ProtoMessage metadata = new ProtoMessage().Message(1, plugin).Integer(4, TensorData);
        ProtoMessage shape = new ProtoMessage().Message(2, new ProtoMessage().Integer(1, 1));
        ProtoMessage tensor = new ProtoMessage().Integer(1, StringType).Message(2, shape).Text(8, markdown);
        ProtoMessage value = new ProtoMessage().Text(1, tag).Message(8, tensor).Message(9, metadata);
        return Event(wallTime, step).Message(5, new ProtoMessage().Message(1, value));
    }

    private static ProtoMessage Event(double wallTime, long step) => new ProtoMessage().Double(1, wallTime).Integer(2, step);
}
