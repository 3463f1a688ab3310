//! What goes over the wire, checked against AWS's published models, recorded answers and a parser of each format.

mod cases;
mod golden;
mod hostile;
mod model;
mod patterns;
mod replies;
mod samples;
