using System.Globalization;
using System.Xml.Linq;
using ThotNet.Planner.Simulation;

namespace ThotNet.Planner.Reports;

/// <summary>Draws how many requests came over the time, and how many each target served of them, one panel for each policy.</summary>
public static class TimelinePlot
{
    private const double PanelWidth = 960;
    private const double PanelHeight = 260;
    private const double Left = 70;
    private const double Right = 20;
    private const double Top = 40;
    private const double Bottom = 30;
    private const double LegendHeight = 30;
    private const int MostMarks = 10;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    // Axes have their marks at round numbers.
    private static readonly long[] CountSteps =
        [.. Enumerable.Range(0, 9).SelectMany(power => new[] { 1L, 2L, 5L }.Select(digit => digit * (long)Math.Pow(10, power)))];

    private static readonly TimeSpan[] TimeSteps =
        [.. new double[] { 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400 }.Select(TimeSpan.FromSeconds)];

    // Told apart by those who see colours differently, too (Okabe and Ito).
    private static readonly string[] Colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999"];

    /// <summary>Draws it as an SVG document.</summary>
    /// <param name="results">What became of the requests, policy by policy.</param>
    /// <param name="length">The simulated time.</param>
    public static XDocument Draw(IReadOnlyList<SimulationResult> results, TimeSpan length)
    {
        var height = LegendHeight + (results.Count * PanelHeight);
        return new(new XElement(
            Svg + "svg",
            new XAttribute("viewBox", Invariant($"0 0 {PanelWidth} {height}")), new XAttribute("width", PanelWidth), new XAttribute("height", height),
            new XAttribute("font-family", "sans-serif"), new XAttribute("font-size", 12),
            new XElement(Svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("fill", "white")),
            results.Count > 0 ? Legend(results[0]) : null,
            results.Select((result, index) => Panel(result, length, LegendHeight + (index * PanelHeight)))));
    }

    private static IEnumerable<XElement> Legend(SimulationResult result)
    {
        var names = result.Targets.Select(target => target.Target).Append("requests").ToList();
        var step = (PanelWidth - Left) / names.Count;
        for (var index = 0; index < names.Count; index++)
        {
            var isLine = index == names.Count - 1;
            yield return new(
                Svg + "rect", new XAttribute("x", Left + (index * step)), new XAttribute("y", isLine ? 16 : 12),
                new XAttribute("width", 12), new XAttribute("height", isLine ? 3 : 12), new XAttribute("fill", isLine ? "black" : ColourOf(index)));
            yield return Label(names[index], Left + (index * step) + 18, 22, "start");
        }
    }

    private static XElement Panel(SimulationResult result, TimeSpan length, double top)
    {
        var most = Math.Max(1, result.Timeline.Select(part => Math.Max(part.Requests, part.Served.Sum())).DefaultIfEmpty().Max());
        var title = string.Create(CultureInfo.InvariantCulture, $"{result.Policy}: {result.Served:#,0} of {result.Requests:#,0} served ({result.ServedShare:0.0 %})");
        return new(
            Svg + "g", new XAttribute("transform", Invariant($"translate(0 {top})")),
            new XElement(Label(title, Left, Top - 12, "start")),
            Areas(result, most),
            Line(result.Timeline.Select(part => (double)part.Requests), most, result.Timeline.Length),
            CountAxis(most),
            TimeAxis(length));
    }

    private static IEnumerable<XElement> Areas(SimulationResult result, int most)
    {
        var parts = result.Timeline.Length;
        var below = new double[parts];
        for (var target = 0; target < result.Targets.Length; target++)
        {
            double[] above = [.. below.Select((value, part) => value + result.Timeline[part].Served[target])];
            var points = Steps(above, most, parts).Concat(Steps(below, most, parts).Reverse());
            yield return new(Svg + "polygon", new XAttribute("points", string.Join(' ', points)), new XAttribute("fill", ColourOf(target)));
            below = above;
        }
    }

    private static XElement Line(IEnumerable<double> counts, int most, int parts) => new(
        Svg + "polyline", new XAttribute("points", string.Join(' ', Steps(counts, most, parts))),
        new XAttribute("fill", "none"), new XAttribute("stroke", "black"), new XAttribute("stroke-width", 1.5));

    private static IEnumerable<string> Steps(IEnumerable<double> counts, int most, int parts) => counts.SelectMany((count, part) => new[]
    {
        Invariant($"{XOf((double)part / parts):0.#},{YOf(count / most):0.#}"),
        Invariant($"{XOf((part + 1.0) / parts):0.#},{YOf(count / most):0.#}"),
    });

    private static IEnumerable<XElement> CountAxis(int most)
    {
        var step = CountSteps.First(step => most <= step * MostMarks || step == CountSteps[^1]);
        for (long count = 0; count <= most; count += step)
        {
            var y = YOf((double)count / most);
            yield return Rule(Left, y, PanelWidth - Right, y, count == 0 ? "black" : "#dddddd");
            yield return Label(count.ToString("#,0", CultureInfo.InvariantCulture), Left - 8, y + 4, "end");
        }
    }

    private static IEnumerable<XElement> TimeAxis(TimeSpan length)
    {
        var step = TimeSteps.FirstOrDefault(step => length <= step * MostMarks, TimeSpan.FromDays(Math.Ceiling(length.TotalDays / MostMarks)));
        for (var time = TimeSpan.Zero; time <= length; time += step)
        {
            var x = length > TimeSpan.Zero ? XOf(time / length) : Left;
            yield return Rule(x, YOf(0), x, YOf(0) + 5, "black");
            yield return Label(TimeLabel(time, length), x, YOf(0) + 20, "middle");
        }
    }

    private static string TimeLabel(TimeSpan time, TimeSpan length) =>
        time.ToString(length < TimeSpan.FromHours(1) ? "mm':'ss" : length <= TimeSpan.FromDays(1) ? "hh':'mm" : "d'd 'hh':'mm", CultureInfo.InvariantCulture);

    private static XElement Rule(double x1, double y1, double x2, double y2, string colour) => new(
        Svg + "line", new XAttribute("x1", x1), new XAttribute("y1", y1), new XAttribute("x2", x2), new XAttribute("y2", y2), new XAttribute("stroke", colour));

    private static XElement Label(string text, double x, double y, string anchor) =>
        new(Svg + "text", new XAttribute("x", x), new XAttribute("y", y), new XAttribute("text-anchor", anchor), text);

    private static double XOf(double part) => Left + (part * (PanelWidth - Left - Right));

    private static double YOf(double part) => PanelHeight - Bottom - (part * (PanelHeight - Top - Bottom));

    private static string ColourOf(int target) => Colours[target % Colours.Length];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
