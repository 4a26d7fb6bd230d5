"""Generated from page.j2."""

from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'page.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_css_digest = resolve('css_digest')
    l_0_verdict = resolve('verdict')
    l_0_document = resolve('document')
    l_0_css = resolve('css')
    l_0_view = resolve('view')
    l_0_sign = resolve('sign')
    l_0_blockers = resolve('blockers')
    l_0_waived = resolve('waived')
    l_0_complete = resolve('complete')
    l_0_now = resolve('now')
    l_0_most_open = resolve('most_open')
    l_0_headings = resolve('headings')
    l_0_stops = resolve('stops')
    l_0_where = resolve('where')
    l_0_picture = resolve('picture')
    l_0_picture_width = resolve('picture_width')
    l_0_attached = resolve('attached')
    l_0_all_runs = resolve('all_runs')
    l_0_glance = l_0_boundaries = l_0_obstacle = l_0_before_after = l_0_completeness = l_0_group_starts = l_0_check_row = l_0_attachments = l_0_provenance = l_0_unprinted = l_0_on_paper = l_0_sequence = missing
    try:
        t_1 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    try:
        t_2 = environment.filters['upper']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'upper' found.")
    pass
    included_template = environment.get_template('parts.j2', 'page.j2').make_module(context.get_all(), True, {'attachments': l_0_attachments, 'before_after': l_0_before_after, 'boundaries': l_0_boundaries, 'check_row': l_0_check_row, 'completeness': l_0_completeness, 'glance': l_0_glance, 'group_starts': l_0_group_starts, 'obstacle': l_0_obstacle, 'on_paper': l_0_on_paper, 'provenance': l_0_provenance, 'sequence': l_0_sequence, 'unprinted': l_0_unprinted})
    l_0_glance = getattr(included_template, 'glance', missing)
    if l_0_glance is missing:
        l_0_glance = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'glance'", name='glance')
    l_0_boundaries = getattr(included_template, 'boundaries', missing)
    if l_0_boundaries is missing:
        l_0_boundaries = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'boundaries'", name='boundaries')
    l_0_obstacle = getattr(included_template, 'obstacle', missing)
    if l_0_obstacle is missing:
        l_0_obstacle = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'obstacle'", name='obstacle')
    l_0_before_after = getattr(included_template, 'before_after', missing)
    if l_0_before_after is missing:
        l_0_before_after = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'before_after'", name='before_after')
    l_0_completeness = getattr(included_template, 'completeness', missing)
    if l_0_completeness is missing:
        l_0_completeness = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'completeness'", name='completeness')
    l_0_group_starts = getattr(included_template, 'group_starts', missing)
    if l_0_group_starts is missing:
        l_0_group_starts = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'group_starts'", name='group_starts')
    l_0_check_row = getattr(included_template, 'check_row', missing)
    if l_0_check_row is missing:
        l_0_check_row = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'check_row'", name='check_row')
    l_0_attachments = getattr(included_template, 'attachments', missing)
    if l_0_attachments is missing:
        l_0_attachments = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'attachments'", name='attachments')
    l_0_provenance = getattr(included_template, 'provenance', missing)
    if l_0_provenance is missing:
        l_0_provenance = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'provenance'", name='provenance')
    l_0_unprinted = getattr(included_template, 'unprinted', missing)
    if l_0_unprinted is missing:
        l_0_unprinted = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'unprinted'", name='unprinted')
    l_0_on_paper = getattr(included_template, 'on_paper', missing)
    if l_0_on_paper is missing:
        l_0_on_paper = undefined(f"the template {included_template.__name__!r} (imported on line 1 in 'page.j2') does not export the requested name 'on_paper'", name='on_paper')
    context.vars.update({'glance': l_0_glance, 'boundaries': l_0_boundaries, 'obstacle': l_0_obstacle, 'before_after': l_0_before_after, 'completeness': l_0_completeness, 'group_starts': l_0_group_starts, 'check_row': l_0_check_row, 'attachments': l_0_attachments, 'provenance': l_0_provenance, 'unprinted': l_0_unprinted, 'on_paper': l_0_on_paper})
    context.exported_vars.difference_update(('glance', 'boundaries', 'obstacle', 'before_after', 'completeness', 'group_starts', 'check_row', 'attachments', 'provenance', 'unprinted', 'on_paper'))
    included_template = environment.get_template('sequence.j2', 'page.j2')._get_default_module(context)
    l_0_sequence = getattr(included_template, 'sequence', missing)
    if l_0_sequence is missing:
        l_0_sequence = undefined(f"the template {included_template.__name__!r} (imported on line 2 in 'page.j2') does not export the requested name 'sequence'", name='sequence')
    context.vars['sequence'] = l_0_sequence
    context.exported_vars.discard('sequence')
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="generator" content="pytest-upgradecheck">\n<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'sha256-'
    yield escape(environment.finalize((undefined(name='css_digest') if l_0_css_digest is missing else l_0_css_digest)))
    yield '\'; img-src data:; base-uri \'none\'; form-action \'none\'">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n<title>'
    yield escape(environment.finalize(t_2((undefined(name='verdict') if l_0_verdict is missing else l_0_verdict))))
    yield ': '
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'title')))
    yield ', '
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'environment')))
    yield ', '
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'phase')))
    yield '</title>\n<style>'
    yield escape(environment.finalize((undefined(name='css') if l_0_css is missing else l_0_css)))
    yield '</style>\n</head>\n<body>\n<a class="skip" href="#action">Skip to what needs action</a>\n'
    yield escape(environment.finalize(context.call((undefined(name='glance') if l_0_glance is missing else l_0_glance), (undefined(name='view') if l_0_view is missing else l_0_view), (undefined(name='document') if l_0_document is missing else l_0_document), (undefined(name='verdict') if l_0_verdict is missing else l_0_verdict), (undefined(name='sign') if l_0_sign is missing else l_0_sign), (undefined(name='blockers') if l_0_blockers is missing else l_0_blockers), (undefined(name='waived') if l_0_waived is missing else l_0_waived), (undefined(name='complete') if l_0_complete is missing else l_0_complete), (undefined(name='now') if l_0_now is missing else l_0_now))))
    yield '\n<main>\n<section id="boundary" aria-labelledby="boundary-heading">\n<h2 id="boundary-heading">Rollback boundaries</h2>\n'
    yield escape(environment.finalize(context.call((undefined(name='boundaries') if l_0_boundaries is missing else l_0_boundaries), (undefined(name='document') if l_0_document is missing else l_0_document), (undefined(name='view') if l_0_view is missing else l_0_view))))
    yield '\n</section>\n<section id="action" aria-labelledby="action-heading">\n<h2 id="action-heading">Action needed'
    if (undefined(name='blockers') if l_0_blockers is missing else l_0_blockers):
        pass
        yield ' ('
        yield escape(environment.finalize(t_1((undefined(name='blockers') if l_0_blockers is missing else l_0_blockers))))
        yield ')'
    yield '</h2>\n'
    if (not (undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)):
        pass
        yield '<p>No blockers.</p>\n'
    for l_1_each in (undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)[:(undefined(name='most_open') if l_0_most_open is missing else l_0_most_open)]:
        _loop_vars = {}
        pass
        yield escape(environment.finalize(context.call((undefined(name='obstacle') if l_0_obstacle is missing else l_0_obstacle), l_1_each, _loop_vars=_loop_vars)))
        yield '\n'
    l_1_each = missing
    if (t_1((undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)) > (undefined(name='most_open') if l_0_most_open is missing else l_0_most_open)):
        pass
        yield '<details'
        yield escape(environment.finalize(context.call((undefined(name='unprinted') if l_0_unprinted is missing else l_0_unprinted), (t_1((undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)) - (undefined(name='most_open') if l_0_most_open is missing else l_0_most_open)))))
        yield '>\n<summary>'
        yield escape(environment.finalize((t_1((undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)) - (undefined(name='most_open') if l_0_most_open is missing else l_0_most_open))))
        yield ' more blockers'
        yield escape(environment.finalize(context.call((undefined(name='on_paper') if l_0_on_paper is missing else l_0_on_paper), (t_1((undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)) - (undefined(name='most_open') if l_0_most_open is missing else l_0_most_open)), 'blockers')))
        yield '</summary>\n'
        for l_1_each in (undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)[(undefined(name='most_open') if l_0_most_open is missing else l_0_most_open):]:
            _loop_vars = {}
            pass
            yield escape(environment.finalize(context.call((undefined(name='obstacle') if l_0_obstacle is missing else l_0_obstacle), l_1_each, _loop_vars=_loop_vars)))
            yield '\n'
        l_1_each = missing
        yield '</details>\n'
    if (undefined(name='waived') if l_0_waived is missing else l_0_waived):
        pass
        yield '<h3>Waived failures ('
        yield escape(environment.finalize(t_1((undefined(name='waived') if l_0_waived is missing else l_0_waived))))
        yield ')</h3>\n'
        for l_1_each in (undefined(name='waived') if l_0_waived is missing else l_0_waived):
            _loop_vars = {}
            pass
            yield escape(environment.finalize(context.call((undefined(name='obstacle') if l_0_obstacle is missing else l_0_obstacle), l_1_each, _loop_vars=_loop_vars)))
            yield '\n'
        l_1_each = missing
    yield '</section>\n<section id="changes" aria-labelledby="changes-heading">\n<h2 id="changes-heading">Before and after</h2>\n'
    yield escape(environment.finalize(context.call((undefined(name='before_after') if l_0_before_after is missing else l_0_before_after), (undefined(name='view') if l_0_view is missing else l_0_view), (undefined(name='complete') if l_0_complete is missing else l_0_complete), (undefined(name='headings') if l_0_headings is missing else l_0_headings))))
    yield '\n</section>\n<section id="availability" aria-labelledby="availability-heading">\n<h2 id="availability-heading">Availability while upgrading</h2>\n<p>Not measured: no probe ran while the upgrade ran.</p>\n</section>\n<section id="sequence" aria-labelledby="sequence-heading">\n<h2 id="sequence-heading">Sequence</h2>\n'
    yield escape(environment.finalize(context.call((undefined(name='sequence') if l_0_sequence is missing else l_0_sequence), (undefined(name='stops') if l_0_stops is missing else l_0_stops), (undefined(name='where') if l_0_where is missing else l_0_where), (undefined(name='picture') if l_0_picture is missing else l_0_picture), (undefined(name='picture_width') if l_0_picture_width is missing else l_0_picture_width))))
    yield '\n</section>\n<section id="completeness" aria-labelledby="completeness-heading">\n<h2 id="completeness-heading">Completeness</h2>\n'
    yield escape(environment.finalize(context.call((undefined(name='completeness') if l_0_completeness is missing else l_0_completeness), (undefined(name='view') if l_0_view is missing else l_0_view), (undefined(name='document') if l_0_document is missing else l_0_document), (undefined(name='complete') if l_0_complete is missing else l_0_complete), (undefined(name='most_open') if l_0_most_open is missing else l_0_most_open))))
    yield '\n</section>\n<section id="checks" aria-labelledby="checks-heading">\n<h2 id="checks-heading">All checks, by step and owner</h2>\n'
    for l_1_group in environment.getattr((undefined(name='view') if l_0_view is missing else l_0_view), 'groups'):
        _loop_vars = {}
        pass
        yield escape(environment.finalize(context.call((undefined(name='group_starts') if l_0_group_starts is missing else l_0_group_starts), (undefined(name='view') if l_0_view is missing else l_0_view), l_1_group, (undefined(name='headings') if l_0_headings is missing else l_0_headings), _loop_vars=_loop_vars)))
        yield '\n'
        for l_2_row in environment.getattr(l_1_group, 'rows'):
            _loop_vars = {}
            pass
            yield escape(environment.finalize(context.call((undefined(name='check_row') if l_0_check_row is missing else l_0_check_row), (undefined(name='view') if l_0_view is missing else l_0_view), l_2_row, _loop_vars=_loop_vars)))
        l_2_row = missing
        yield '</tbody>\n</table>\n</details>\n'
    l_1_group = missing
    yield '</section>\n'
    if (undefined(name='attached') if l_0_attached is missing else l_0_attached):
        pass
        yield '<section id="attachments" aria-labelledby="attachments-heading">\n<h2 id="attachments-heading">Attachments</h2>\n'
        yield escape(environment.finalize(context.call((undefined(name='attachments') if l_0_attachments is missing else l_0_attachments), (undefined(name='attached') if l_0_attached is missing else l_0_attached))))
        yield '\n</section>\n'
    if environment.getattr(environment.getattr((undefined(name='view') if l_0_view is missing else l_0_view), 'last'), 'sections'):
        pass
        yield '<section id="more" aria-labelledby="more-heading">\n<h2 id="more-heading">Added by the team</h2>\n'
        for l_1_each in environment.getattr(environment.getattr((undefined(name='view') if l_0_view is missing else l_0_view), 'last'), 'sections'):
            _loop_vars = {}
            pass
            yield '<h3>'
            yield escape(environment.finalize(environment.getattr(l_1_each, 'title')))
            yield '</h3>\n<pre>'
            yield escape(environment.finalize(environment.getattr(l_1_each, 'text')))
            yield '</pre>\n'
        l_1_each = missing
        yield '</section>\n'
    yield '<section id="provenance" aria-labelledby="provenance-heading">\n<h2 id="provenance-heading">Provenance</h2>\n'
    yield escape(environment.finalize(context.call((undefined(name='provenance') if l_0_provenance is missing else l_0_provenance), (undefined(name='view') if l_0_view is missing else l_0_view), (undefined(name='document') if l_0_document is missing else l_0_document), (undefined(name='all_runs') if l_0_all_runs is missing else l_0_all_runs))))
    yield '\n</section>\n</main>\n</body>\n</html>'

blocks = {}
debug_info = '1=42&2=78&8=85&12=87&13=95&17=97&21=99&24=101&25=107&28=110&29=113&31=116&32=119&33=121&34=125&35=128&39=132&40=135&41=137&42=140&48=144&56=146&60=148&65=150&66=153&67=155&68=158&75=163&78=166&81=168&84=171&85=175&86=177&92=182'
of_text = '7751ceedf44489ec9b34fd85da78fde54c17b13a1741b7e5bd493c12c99de769'
of_jinja = '3.1.6'
